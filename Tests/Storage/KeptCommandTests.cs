using Dapper;
using Ontmoetingsplein.Storage.Engines.Sqlite;
using SQLitePCL;

namespace Ontmoetingsplein.Tests.Storage;

public sealed class KeptCommandTests
{
    private const string Sql = "insert into t (n) values (@n)";

    private readonly KeepingConnection connection = new("Data Source=:memory:");

    [SetUp]
    public void Open()
    {
        connection.Open();
        connection.Handle!.enable_sqlite3_next_stmt(true);
        connection.Execute("create table t (n integer)");
    }

    [TearDown]
    public void Close() => connection.Dispose();

    [TestCase(false)]
    [TestCase(true)]
    public void A_statement_is_compiled_once_whether_or_not_it_runs_in_a_transaction(bool inTransaction)
    {
        Run(inTransaction);
        var compiled = Compiled();
        Assert.That(compiled, Is.Not.Null, "it stays compiled");
        Run(!inTransaction);
        Run(inTransaction);
        Assert.That(Compiled(), Is.EqualTo(compiled));
        Assert.That(connection.QuerySingle<long>("select count(*) from t"), Is.EqualTo(3));
    }

    [Test]
    public void What_a_kept_statement_does_is_undone_with_its_transaction()
    {
        Run(inTransaction: true);
        using (var transaction = connection.BeginTransaction())
        {
            connection.Execute(Sql, new { n = 2 }, transaction);
            transaction.Rollback();
        }

        Assert.That(connection.QuerySingle<long>("select count(*) from t"), Is.EqualTo(1));
    }

    private void Run(bool inTransaction)
    {
        using var transaction = inTransaction ? connection.BeginTransaction() : null;
        connection.Execute(Sql, new { n = 1 }, transaction);
        transaction?.Commit();
    }

    private nint? Compiled()
    {
        for (var one = raw.sqlite3_next_stmt(connection.Handle, null); one is not null;
            one = raw.sqlite3_next_stmt(connection.Handle, one))
        {
            if (raw.sqlite3_sql(one).utf8_to_string() == Sql)
            {
                return one.DangerousGetHandle();
            }
        }

        return null;
    }
}
