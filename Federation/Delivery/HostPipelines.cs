using Polly;
using Polly.CircuitBreaker;
using Polly.Retry;
using Polly.Timeout;

namespace Ontmoetingsplein.Federation.Delivery;

/// <summary>
/// How one host is sent to: within a time limit, twice again at once when it breaks the connection, and not at all
/// for half a minute after it failed five times. Bounded: the host used longest ago is forgotten (CVE-2026-69132).
/// </summary>
internal sealed class HostPipelines(FederationOptions options, TimeProvider time)
{
    private readonly BoundedCache<string, ResiliencePipeline> _pipelines = new(4096);

    public ResiliencePipeline For(string host) => _pipelines.GetOrAdd(host, _ => Build());

    private ResiliencePipeline Build() => new ResiliencePipelineBuilder { TimeProvider = time }
        .AddCircuitBreaker(new CircuitBreakerStrategyOptions
        {
            ShouldHandle = new PredicateBuilder().Handle<HttpRequestException>(p => !InboxClient.IsLostAnswer(p)),
            FailureRatio = 1,
            MinimumThroughput = 5,
            SamplingDuration = TimeSpan.FromSeconds(30),
            BreakDuration = TimeSpan.FromSeconds(30),
        })
        .AddRetry(new RetryStrategyOptions
        {
            ShouldHandle = new PredicateBuilder().Handle<Exception>(InboxClient.IsLostAnswer),
            MaxRetryAttempts = 2,
            Delay = TimeSpan.Zero,
        })
        .AddTimeout(new TimeoutStrategyOptions { Timeout = options.HeaderTimeout })
        .Build();
}
