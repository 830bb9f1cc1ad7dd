using Ontmoetingsplein.Tests.Support;

namespace Ontmoetingsplein.Tests;

/// <summary>Says once that half of the tests did not run, and how they would; cleans up after all.</summary>
[SetUpFixture]
public sealed class EngineNotice
{
    [OneTimeTearDown]
    public Task CleanAsync() => PublishedProgram.RemoveAsync();

    [OneTimeSetUp]
    public void Tell()
    {
        if (TestEngines.Postgres is null)
        {
            TestContext.Progress.WriteLine(
                $"The PostgreSQL half of the tests was not run. Set {TestEngines.Variable}=Host=… to run it"
                + " (deploy/test-postgres.sh dotnet test starts a server for it).");
        }
    }
}
