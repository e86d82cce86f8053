using System.Net.Http.Json;
using System.Text.Json;
using WebhookPlatform.Cli;
using WebhookPlatform.TestKit;

namespace WebhookPlatform.EndToEndTests;

public sealed class LedgerTests(Platform platform)
{
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    // Until the minute is over and has been audited.
    private static readonly TimeSpan AMinuteAndMore = TimeSpan.FromMinutes(3);

    [Fact]
    public async Task After_traffic_the_ledger_says_that_the_books_balance()
    {
        var payment = Platform.Make("razorpay", "payment.captured", seed: 815);
        await platform.SendAsync("razorpay", payment);
        await platform.SendAsync("razorpay", payment);
        var sent = TimeProvider.System.GetUtcNow();

        var report = await Eventually.Is(
            async () => await platform.Dashboard.Operator.GetFromJsonAsync<JsonElement>("/api/ledger", Cancel),
            ledger => ledger.TryGetProperty("through", out var through) && through.ValueKind is JsonValueKind.String && through.GetDateTimeOffset() > sent && ledger.GetProperty("inFlight").GetInt64() == 0,
            AMinuteAndMore);

        Assert.True(report.GetProperty("balanced").GetBoolean(), report.ToString());
        var source = Assert.Single(report.GetProperty("sources").EnumerateArray(), source => source.GetProperty("source").GetString() is "razorpay");
        Assert.True(source.GetProperty("duplicates").GetInt64() >= 1);
        foreach (var consumer in new[] { "dashboard", "notifications", "automation" })
        {
            var balance = Assert.Single(report.GetProperty("consumers").EnumerateArray(), row => row.GetProperty("consumer").GetString() == consumer && row.GetProperty("source").GetString() is "razorpay");
            Assert.True(balance.GetProperty("delivered").GetInt64() >= 2);
        }

        await using var output = new StringWriter();
        await using var error = new StringWriter();
        var context = new CliContext(output, error, new Dictionary<string, string>(StringComparer.Ordinal) { ["Operator__ApiKey"] = Platform.OperatorKey }, TimeProvider.System, IsTerminal: false);
        var code = await CommandLine.RunAsync(["ledger", "--url", platform.Dashboard.Address.ToString()], context, Cancel);
        Assert.Equal(ExitCodes.Ok, code);
        Assert.Contains("balanced, audited through", output.ToString(), StringComparison.Ordinal);
    }
}
