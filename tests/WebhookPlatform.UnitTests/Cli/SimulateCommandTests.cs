using System.Text.Json;
using WebhookPlatform.Cli;
using WebhookPlatform.Simulators;
using WebhookPlatform.Simulators.Outages;
using WebhookPlatform.UnitTests.Simulators;

namespace WebhookPlatform.UnitTests.Cli;

public sealed class SimulateCommandTests
{
    [Fact]
    public async Task Simulate_sends_what_the_outage_lets_through_each_event_once()
    {
        await using var receiver = await Receiver.StartAsync();
        using var tool = new Tool(("WEBHOOKS_GATEWAY", receiver.Address));

        var exitCode = await tool.RunAsync("simulate", "stripe", "--secret", "whsec_x", "--outage", "3h", "--rate", "12/h", "--speed", "max", "--json");

        Assert.Equal(ExitCodes.Ok, exitCode);
        using var report = JsonDocument.Parse(tool.Output);
        var events = report.RootElement.At("events").GetInt32();
        Assert.Equal(36, report.RootElement.At("late").GetInt32());
        Assert.Equal(0, report.RootElement.At("lost").GetInt32());
        Assert.True(report.RootElement.At("retries").GetInt32() > 36);
        Assert.Equal(events, receiver.Requests.Count);
        Assert.Equal(events, receiver.Requests.Select(request => Convert.ToBase64String(request.Body)).Distinct(StringComparer.Ordinal).Count());
        // Signed at the real time, whatever the virtual time is.
        var now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        Assert.All(receiver.Requests, request => Assert.InRange(now - long.Parse(request.Headers["Stripe-Signature"].Split(',')[0][2..], System.Globalization.CultureInfo.InvariantCulture), 0, 120));
        Assert.Equal("", tool.Error);
    }

    [Fact]
    public async Task Slow_answers_reach_the_gateway_again_and_it_recognizes_them()
    {
        await using var receiver = await Receiver.StartAsync();
        using var tool = new Tool();

        var exitCode = await tool.RunAsync("simulate", "razorpay", "--secret", "s", "--to", receiver.Address, "--slow", "20s", "--outage", "30m", "--rate", "60/h", "--speed", "max", "--json");

        Assert.Equal(ExitCodes.Ok, exitCode);
        using var report = JsonDocument.Parse(tool.Output);
        var duplicates = report.RootElement.At("duplicates").GetInt32();
        Assert.True(duplicates >= 30);
        Assert.Equal(duplicates, report.RootElement.At("recognized").GetInt32());
        Assert.Equal(report.RootElement.At("attempts").GetInt32(), receiver.Requests.Count);
        Assert.Equal(report.RootElement.At("events").GetInt32(), receiver.Requests.Select(request => Convert.ToBase64String(request.Body)).Distinct(StringComparer.Ordinal).Count());
    }

    [Fact]
    public async Task A_real_outage_sends_everything_and_takes_the_gateways_answers()
    {
        var count = 0;
        await using var receiver = await Receiver.StartAsync((http, _) =>
        {
            http.Response.StatusCode = Interlocked.Increment(ref count) is > 10 and <= 40 ? 503 : 200;
            return Task.CompletedTask;
        });
        using var tool = new Tool();

        Assert.Equal(ExitCodes.Ok, await tool.RunAsync("simulate", "stripe", "--secret", "s", "--to", receiver.Address, "--real-outage", "--rate", "60/h", "--speed", "max", "--json"));

        using var report = JsonDocument.Parse(tool.Output);
        Assert.Equal(30, report.RootElement.At("failedAttempts").GetInt32());
        Assert.Equal(report.RootElement.At("attempts").GetInt32(), receiver.Requests.Count);
        Assert.True(report.RootElement.At("late").GetInt32() > 0);
        Assert.Contains("503", tool.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_gateway_that_refuses_the_first_webhook_ends_it_with_advice()
    {
        await using var receiver = await Receiver.StartAsync((http, _) =>
        {
            http.Response.StatusCode = 401;
            return Task.CompletedTask;
        });
        using var tool = new Tool();

        Assert.Equal(ExitCodes.Failed, await tool.RunAsync("simulate", "github", "--secret", "wrong", "--to", receiver.Address));

        Assert.Single(receiver.Requests);
        Assert.Contains("Sources__github__Secrets__0", tool.Error, StringComparison.Ordinal);
        Assert.Contains("--dry-run", tool.Error, StringComparison.Ordinal);
        Assert.Equal("", tool.Output);
    }

    [Fact]
    public async Task A_dry_run_needs_no_secret_and_shows_policy_course_and_figures()
    {
        using var tool = new Tool();

        Assert.Equal(ExitCodes.Failed, await tool.RunAsync("simulate", "adyen", "--script", "1h up, 31d down", "--rate", "1/h", "--dry-run"));

        foreach (var words in new[] { "docs.adyen.com", "the first holds up the rest", "▒", "received", "retried", "at most", "received late", "given up", "To recover: ", "resend failed messages from the Customer Area" })
        {
            Assert.Contains(words, tool.Output, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_dry_run_says_that_nothing_is_published_when_nothing_is_known()
    {
        using var tool = new Tool();

        Assert.Equal(ExitCodes.Failed, await tool.RunAsync("simulate", "npm", "--outage", "10m", "--dry-run"));

        Assert.Contains("nothing published", tool.Output, StringComparison.Ordinal);
        Assert.Contains("not published (10 s assumed)", tool.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_same_seed_gives_the_same_report()
    {
        async Task<string> RunAsync(string seed)
        {
            using var tool = new Tool();
            await tool.RunAsync("simulate", "slack", "--failing", "80%", "--dry-run", "--json", "--seed", seed);
            return tool.Output;
        }

        Assert.Equal(await RunAsync("7"), await RunAsync("7"));
        Assert.NotEqual(await RunAsync("7"), await RunAsync("8"));
    }

    [Theory]
    [InlineData("'3x' is not a duration", "--outage", "3x")]
    [InlineData("'0s' is not a duration", "--outage", "0s")]
    [InlineData("is not a rate", "--rate", "60/y")]
    [InlineData("is not a factor", "--speed", "fast")]
    [InlineData("is not a share", "--failing", "130%")]
    [InlineData("--status must be from 300 to 599", "--status", "200")]
    [InlineData("one of --slow and --status", "--slow", "20s", "--status", "503")]
    [InlineData("leave out --outage", "--script", "1h down", "--outage", "3h")]
    [InlineData("is not understood", "--script", "1h dawn")]
    [InlineData("--lasting 2d", "--script", "down")]
    [InlineData("at most 1,000,000", "--rate", "1000/s", "--lasting", "2h")]
    [InlineData("there can be no --real-outage", "--real-outage")]
    public async Task Wrong_usage_ends_with_a_sentence(string sentence, params string[] options)
    {
        using var tool = new Tool();

        Assert.Equal(ExitCodes.Usage, await tool.RunAsync(["simulate", "stripe", "--dry-run", .. options]));
        Assert.Contains(sentence, tool.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_provider_with_a_policy_can_be_imitated() =>
        Assert.All(DeliveryPolicies.All, policy => Assert.NotNull(SimulatorCatalog.Find(policy.Provider)));

    [Fact]
    public async Task An_unknown_provider_is_no_provider_without_a_network_either()
    {
        using var nobody = new Tool();
        Assert.Equal(ExitCodes.Usage, await nobody.RunAsync("simulate", "nobody", "--dry-run"));
        Assert.Contains("There is no provider 'nobody'", nobody.Error, StringComparison.Ordinal);
    }
}
