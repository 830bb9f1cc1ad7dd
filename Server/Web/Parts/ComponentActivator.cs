using Microsoft.AspNetCore.Components;

namespace Ontmoetingsplein.Server.Web.Parts;

/// <summary>
/// Makes the parts of a page by their constructor without parameters. The framework's own compiles an expression for
/// each kind of part, which the first visitor after a start waits for.
/// </summary>
internal sealed class ComponentActivator : IComponentActivator
{
    public IComponent CreateInstance(Type componentType) => (IComponent)Activator.CreateInstance(componentType)!;
}
