using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text;

namespace Ontmoetingsplein.Tests.Architecture;

/// <summary>Writes what an assembly shows to others, one line for each type and member, in a fixed order.</summary>
internal static class PublicSurface
{
    private const BindingFlags All = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance
        | BindingFlags.Static | BindingFlags.DeclaredOnly;

    private static readonly NullabilityInfoContext Nullability = new();

    private static readonly Dictionary<Type, string> Short = new()
    {
        [typeof(void)] = "void",
        [typeof(bool)] = "bool",
        [typeof(byte)] = "byte",
        [typeof(int)] = "int",
        [typeof(long)] = "long",
        [typeof(double)] = "double",
        [typeof(string)] = "string",
        [typeof(object)] = "object",
    };

    public static string Of(Assembly assembly)
    {
        var text = new StringBuilder();
        foreach (var type in assembly.GetExportedTypes().OrderBy(type => type.FullName, StringComparer.Ordinal))
        {
            text.Append(Kind(type)).Append(' ').Append(type.Namespace).Append('.').Append(Name(type)).Append('\n');
            foreach (var line in Members(type).Distinct().Order(StringComparer.Ordinal))
                text.Append("  ").Append(line).Append('\n');
        }

        return text.ToString();
    }

    private static string Kind(Type type) => type switch
    {
        { IsEnum: true } => "enum",
        { IsInterface: true } => "interface",
        { IsValueType: true } => "struct",
        { IsAbstract: true, IsSealed: true } => "static class",
        { IsAbstract: true } => "abstract class",
        { IsSealed: true } => "sealed class",
        _ => "class",
    };

    private static IEnumerable<string> Members(Type type)
    {
        foreach (var member in type.GetMembers(All).Where(member => !IsMade(member)))
        {
            var line = member switch
            {
                FieldInfo { IsPublic: true, IsSpecialName: false } field when type.IsEnum =>
                    $"{field.Name} = {Convert.ToInt64(field.GetRawConstantValue(), CultureInfo.InvariantCulture)}",
                FieldInfo { IsPublic: true, IsSpecialName: false } field =>
                    $"{(field.IsLiteral ? "const " : "")}{Type(field.FieldType)} {field.Name}",
                ConstructorInfo made when IsSeen(made) => $"new({Parameters(made)})",
                MethodInfo { IsSpecialName: false } method when IsSeen(method) =>
                    $"{Static(method)}{Type(method.ReturnType, Nullability.Create(method.ReturnParameter))}"
                    + $" {method.Name}{Generic(method)}({Parameters(method)})",
                PropertyInfo property when property.GetAccessors(true).Any(IsSeen) => Property(property),
                EventInfo happening when IsSeen(happening.AddMethod!) =>
                    $"event {Type(happening.EventHandlerType!)} {happening.Name}",
                _ => null,
            };
            if (line is not null)
                yield return line;
        }
    }

    private static string Property(PropertyInfo property)
    {
        var get = property.GetMethod is { } getter && IsSeen(getter) ? " get;" : "";
        var set = property.SetMethod is { } setter && IsSeen(setter)
            ? setter.ReturnParameter.GetRequiredCustomModifiers().Contains(typeof(IsExternalInit)) ? " init;" : " set;"
            : "";
        var required = property.IsDefined(typeof(RequiredMemberAttribute)) ? "required " : "";
        return $"{Static(property.GetAccessors(true)[0])}{required}"
            + $"{Type(property.PropertyType, Nullability.Create(property))} {property.Name} {{{get}{set} }}";
    }

    // A record's equality and printing are not ours to approve; what its parameters are, its constructor says.
    private static bool IsMade(MemberInfo member) => member.IsDefined(typeof(CompilerGeneratedAttribute))
        || member.Name is "Equals" or "GetHashCode" or "ToString" or "Deconstruct" or "PrintMembers"
        or "EqualityContract"
        || member.Name.StartsWith('<');

    private static bool IsSeen(MethodBase method) =>
        method.IsPublic || ((method.IsFamily || method.IsFamilyOrAssembly) && !method.DeclaringType!.IsSealed);

    private static string Static(MethodBase method) =>
        method.IsStatic ? "static " : method.IsAbstract && !method.DeclaringType!.IsInterface ? "abstract " : "";

    private static string Generic(MethodInfo method) => method.IsGenericMethod
        ? $"<{string.Join(", ", method.GetGenericArguments().Select(one => one.Name))}>" : "";

    private static string Parameters(MethodBase method) => string.Join(", ", method.GetParameters().Select(parameter =>
        $"{(parameter.IsOut ? "out " : "")}{Type(parameter.ParameterType, Nullability.Create(parameter))} "
        + $"{parameter.Name}{(parameter.IsOptional ? " = …" : "")}"));

    private static string Type(Type type, NullabilityInfo? known = null)
    {
        var mark = !type.IsValueType && known?.ReadState == NullabilityState.Nullable ? "?" : "";
        if (type.IsByRef)
            return Type(type.GetElementType()!, known);
        if (type.IsArray)
            return Type(type.GetElementType()!, known?.ElementType) + "[]" + mark;
        return Nullable.GetUnderlyingType(type) is { } inner
            ? Type(inner) + "?"
            : (Short.GetValueOrDefault(type) ?? Name(type, known)) + mark;
    }

    private static string Name(Type type, NullabilityInfo? known = null)
    {
        var name = type.Name.Split('`')[0];
        var inner = type.GetGenericArguments().Select(
            (one, at) => Type(one, known?.GenericTypeArguments.ElementAtOrDefault(at)));
        var own = type.IsGenericType ? $"{name}<{string.Join(", ", inner)}>" : name;
        return type.IsNested && !type.IsGenericParameter ? $"{Name(type.DeclaringType!)}.{own}" : own;
    }
}
