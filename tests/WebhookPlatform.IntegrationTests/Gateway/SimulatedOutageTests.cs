using System.Text.Json;
using WebhookPlatform.Cli;
using WebhookPlatform.TestKit;

namespace WebhookPlatform.IntegrationTests.Gateway;

/// <summary><c>webhooks simulate</c> against a real gateway: its retries are real requests.</summary>
public sealed class SimulatedOutageTests(GatewayFixture fixture) : IClassFixture<GatewayFixture>
{
    [Fact]
    public async Task Every_event_that_Stripe_delivers_late_after_three_hours_is_one_delivery()
    {
        var report = await SimulateAsync("stripe", GatewayFixture.StripeSecret, "--outage", "3h", "--rate", "20/h");

        var events = report.GetProperty("events").GetInt64();
        Assert.Equal(60, report.GetProperty("late").GetInt32());
        Assert.Equal(0, report.GetProperty("lost").GetInt32());
        Assert.True(report.GetProperty("retries").GetInt32() > 60);
        Assert.Equal(events, await fixture.QueryAsync<long>("SELECT count(*) FROM deliveries WHERE source = 'stripe'"));
        Assert.Equal(events, await fixture.QueryAsync<long>("SELECT count(DISTINCT event_key) FROM deliveries WHERE source = 'stripe'"));
        Assert.Equal(0L, await fixture.QueryAsync<long>("SELECT sum(duplicates)::bigint FROM claims WHERE source = 'stripe'"));
    }

    [Fact]
    public async Task Every_event_that_Razorpay_sends_again_because_answers_are_late_is_one_delivery()
    {
        var report = await SimulateAsync("razorpay", SimulatedSources.SecretOf("razorpay"), "--script", "30m up, 1h down, 1h slow 20s", "--rate", "30/h");

        var duplicates = report.GetProperty("duplicates").GetInt64();
        Assert.True(duplicates >= 30, "every event of the slow hour comes again");
        Assert.True(report.GetProperty("late").GetInt32() >= 30, "and every one of the hour before comes late");
        Assert.Equal(duplicates, report.GetProperty("recognized").GetInt64());
        Assert.Equal(report.GetProperty("events").GetInt64(), await fixture.QueryAsync<long>("SELECT count(*) FROM deliveries WHERE source = 'razorpay'"));
        Assert.Equal(duplicates, await fixture.QueryAsync<long>("SELECT sum(duplicates)::bigint FROM claims WHERE source = 'razorpay'"));
    }

    private async Task<JsonElement> SimulateAsync(string provider, string secret, params string[] options)
    {
        await using var output = new StringWriter();
        await using var error = new StringWriter();
        var context = new CliContext(output, error, new Dictionary<string, string>(StringComparer.Ordinal), TimeProvider.System, IsTerminal: false);
        string[] arguments = ["simulate", provider, "--secret", secret, "--to", fixture.Gateway.Address.ToString(), "--speed", "max", "--seed", "42", "--json", .. options];

        Assert.Equal(ExitCodes.Ok, await CommandLine.RunAsync(arguments, context, TestContext.Current.CancellationToken));

        Assert.Equal("", error.ToString());
        return JsonDocument.Parse(output.ToString()).RootElement;
    }
}
