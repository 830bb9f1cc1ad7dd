using System.Collections.ObjectModel;
using Microsoft.AspNetCore.Components;

namespace Ontmoetingsplein.Server.Web.Parts;

/// <summary>What all form fields share: label, help and fault, tied together for screen readers.</summary>
public abstract class FieldView : View
{
    /// <summary>Name in the form; errors are found under it.</summary>
    [Parameter, EditorRequired]
    public string Name { get; set; } = "";

    [Parameter, EditorRequired]
    public string Label { get; set; } = "";

    [Parameter]
    public string? Description { get; set; }

    [Parameter]
    public string? Value { get; set; }

    /// <summary>Faults of this form: name of the field, sentence for the reader.</summary>
    [Parameter]
    public IReadOnlyDictionary<string, string> Errors { get; set; } = ReadOnlyDictionary<string, string>.Empty;

    /// <summary>Sets the ids apart where one page holds the same form twice.</summary>
    [Parameter]
    public string? Form { get; set; }

    [Parameter]
    public bool Required { get; set; }

    protected string Id => FieldId(Form, Name);

    protected string? Error => Errors.GetValueOrDefault(Name);

    protected string FieldClass => Error is null
        ? "utrecht-form-field pl-field"
        : "utrecht-form-field utrecht-form-field--invalid pl-field";

    protected string? DescribedBy => (Description, Error) switch
    {
        (null, null) => null,
        (not null, null) => Id + "-help",
        (null, not null) => Id + "-error",
        _ => $"{Id}-help {Id}-error",
    };

    protected string? AriaInvalid => Error is null ? null : "true";

    // The attribute "required" would colour an empty field red before anyone typed.
    protected string? AriaRequired => Required ? "true" : null;

    internal static string FieldId(string? form, string name) => form is null ? $"f-{name}" : $"f-{form}-{name}";
}
