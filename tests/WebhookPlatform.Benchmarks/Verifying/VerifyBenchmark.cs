using BenchmarkDotNet.Attributes;
using WebhookPlatform.Gateway.Providers;
using WebhookPlatform.Simulators;

namespace WebhookPlatform.Benchmarks.Verifying;

/// <summary>What BenchmarkDotNet runs: the verification of one request of each provider that can be simulated.</summary>
public class VerifyBenchmark
{
    private VerificationCase? _case;

    /// <summary>The provider's name.</summary>
    [ParamsSource(nameof(Providers))]
    public string Provider { get; set; } = "";

    public static IEnumerable<string> Providers => SimulatorCatalog.All.Select(simulator => simulator.Provider);

    [GlobalSetup]
    public void Prepare() => _case = VerificationCase.Of(SimulatorCatalog.Find(Provider)!);

    [Benchmark]
    public Verification Verify() => _case!.Verify();

    [GlobalCleanup]
    public void Release() => _case?.Dispose();
}
