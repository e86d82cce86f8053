using WebhookPlatform.Benchmarks.Verifying;
using WebhookPlatform.Simulators;

namespace WebhookPlatform.UnitTests.Benchmarks;

public sealed class VerificationCaseTests
{
    public static TheoryData<string> Providers() => [.. SimulatorCatalog.All.Select(simulator => simulator.Provider)];

    [Theory]
    [MemberData(nameof(Providers))]
    public void Every_simulated_provider_is_measured_with_a_valid_request_of_a_kilobyte(string provider)
    {
        using var measured = VerificationCase.Of(SimulatorCatalog.Find(provider)!);

        Assert.Null(measured.Verify().Failure);
        Assert.Null(measured.Verify().Failure);
        Assert.InRange(measured.BodyBytes, VerificationCase.BodySize, 8 * VerificationCase.BodySize);
        Assert.Contains(provider, VerifyBenchmark.Providers);
    }
}
