using System.Data;
using Dapper;

namespace Ontmoetingsplein.Storage.Engines;

/// <summary>
/// A list as one parameter, so that the statement is the same for lists of every length and stays compiled.
/// </summary>
/// <param name="value">As the engine takes it; see <see cref="Engine.In"/>.</param>
internal sealed class ListParameter(object value) : SqlMapper.ICustomQueryParameter
{
    /// <inheritdoc />
    public void AddParameter(IDbCommand command, string name)
    {
        var parameter = command.CreateParameter();
        parameter.ParameterName = name;
        parameter.Value = value;
        command.Parameters.Add(parameter);
    }
}
