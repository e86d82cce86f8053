using WebhookPlatform.Chaos;

namespace WebhookPlatform.EndToEndTests;

/// <summary>A short run of <c>./chaos.sh</c>; the long ones find more.</summary>
public sealed class ChaosTests(ITestOutputHelper output)
{
    [Fact]
    public async Task Nothing_is_lost_or_repeated_while_services_and_servers_die_and_the_oracle_would_have_noticed()
    {
        var folder = Directory.CreateTempSubdirectory("webhooks-chaos-");
        var options = new ChaosOptions(Webhooks: 800, Faults: 7, Seed: 2080, LongestOutage: TimeSpan.FromSeconds(4), Deadline: TimeSpan.FromMinutes(3), Folder: folder.FullName) { Sabotage = true };

        var report = await ChaosRun.ExecuteAsync(options, output.WriteLine, TestContext.Current.CancellationToken);

        Assert.True(report.Passed, report.ToMarkdown());
        Assert.Equal(7, report.Faults.Count);
        Assert.Empty(report.Unnoticed);
        folder.Delete(recursive: true);
    }
}
