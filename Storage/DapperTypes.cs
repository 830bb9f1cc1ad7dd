using System.Data;
using Dapper;

namespace Ontmoetingsplein.Storage;

/// <summary>How columns become values: times are integer milliseconds, ids are typed.</summary>
internal static class DapperTypes
{
    private static int registered;

    public static void Register()
    {
        if (Interlocked.Exchange(ref registered, 1) == 1)
        {
            return;
        }

        DefaultTypeMap.MatchNamesWithUnderscores = true;
        // Dapper prefers its built-in mapping of DateTimeOffset to a handler as long as that mapping is there.
        SqlMapper.RemoveTypeMap(typeof(DateTimeOffset));
        SqlMapper.RemoveTypeMap(typeof(DateTimeOffset?));
        SqlMapper.RemoveTypeMap(typeof(string));
        SqlMapper.AddTypeHandler(new TextHandler());
        // Lists of nearly the same length share one compiled statement.
        SqlMapper.Settings.PadListExpansions = true;
        SqlMapper.AddTypeHandler(new LongHandler<DateTimeOffset>(
            DateTimeOffset.FromUnixTimeMilliseconds, time => time.ToUnixTimeMilliseconds()));
        SqlMapper.AddTypeHandler(new LongHandler<ActorId>(value => new ActorId(value), id => id.Value));
        SqlMapper.AddTypeHandler(new LongHandler<QuestionId>(value => new QuestionId(value), id => id.Value));
        SqlMapper.AddTypeHandler(new LongHandler<AnswerId>(value => new AnswerId(value), id => id.Value));
    }

    private sealed class TextHandler : SqlMapper.TypeHandler<string>
    {
        public override string Parse(object value) => (string)value;

        public override void SetValue(IDbDataParameter parameter, string? value)
        {
            parameter.DbType = DbType.String;
            parameter.Value = value is null ? DBNull.Value : StoredText.Clean(value);
        }
    }

    private sealed class LongHandler<T>(Func<long, T> read, Func<T, long> write) : SqlMapper.TypeHandler<T>
        where T : struct
    {
        public override T Parse(object value) => read(Convert.ToInt64(value, null));

        public override void SetValue(IDbDataParameter parameter, T value)
        {
            parameter.DbType = DbType.Int64;
            parameter.Value = write(value);
        }
    }
}
