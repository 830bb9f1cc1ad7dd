using System.Reflection;
using System.Reflection.Emit;

namespace Ontmoetingsplein.Tests.Support;

/// <summary>A call in compiled code.</summary>
/// <param name="From">The method that calls.</param>
/// <param name="To">What it calls.</param>
internal sealed record Call(MethodBase From, MethodBase To)
{
    private const BindingFlags All = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance
        | BindingFlags.Static | BindingFlags.DeclaredOnly;

    private static readonly Dictionary<short, OpCode> Codes = typeof(OpCodes)
        .GetFields(BindingFlags.Public | BindingFlags.Static).Select(field => field.GetValue(null)).OfType<OpCode>()
        .ToDictionary(code => code.Value);

    /// <summary>All calls in an assembly, those that the compiler made of lambdas and async methods too.</summary>
    public static IEnumerable<Call> In(Assembly assembly) => assembly.GetTypes()
        .SelectMany(type => type.GetMethods(All).Cast<MethodBase>().Concat(type.GetConstructors(All)))
        .SelectMany(Of);

    private static IEnumerable<Call> Of(MethodBase method)
    {
        if (method.GetMethodBody()?.GetILAsByteArray() is not { } code)
            yield break;
        var types = method.DeclaringType?.GetGenericArguments();
        var own = method.IsGenericMethod ? method.GetGenericArguments() : null;
        for (var at = 0; at < code.Length;)
        {
            short value = code[at++];
            if (value == 0xFE)
                value = (short)(0xFE00 | code[at++]);
            var operation = Codes[value];
            if (operation.OperandType == OperandType.InlineMethod)
                yield return new Call(method, method.Module.ResolveMethod(BitConverter.ToInt32(code, at), types, own)!);
            at += operation.OperandType switch
            {
                OperandType.InlineNone => 0,
                OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
                OperandType.InlineVar => 2,
                OperandType.InlineI8 or OperandType.InlineR => 8,
                OperandType.InlineSwitch => 4 + 4 * BitConverter.ToInt32(code, at),
                _ => 4,
            };
        }
    }
}
