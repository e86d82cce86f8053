using System.Text.Json;
using Microsoft.AspNetCore.Http;
using WebhookPlatform.Cli;
using WebhookPlatform.Cli.Recovery;

namespace WebhookPlatform.UnitTests.Cli;

public sealed class RecoverCommandTests
{
    private const string Id = "019d0000-0000-7000-8000-000000000001";

    private static readonly DateTimeOffset Now = new(2026, 3, 14, 15, 9, 26, TimeSpan.Zero);

    [Theory]
    [InlineData("90m", "2026-03-14T13:39:26Z")]
    [InlineData("1.5h", "2026-03-14T13:39:26Z")]
    [InlineData("3d", "2026-03-11T15:09:26Z")]
    [InlineData("2026-03-10T08:00Z", "2026-03-10T08:00:00Z")]
    [InlineData("2026-03-10 08:00", "2026-03-10T08:00:00Z")]
    [InlineData("2026-03-10T08:00+02:00", "2026-03-10T06:00:00Z")]
    public void Times_are_so_long_ago_or_a_date(string text, string time) => Assert.Equal(DateTimeOffset.Parse(time, null), Moment.Parse(text, "since", Now));

    [Theory]
    [InlineData("")]
    [InlineData("3")]
    [InlineData("d")]
    [InlineData("3w")]
    [InlineData("-3d")]
    [InlineData("999999d")]
    [InlineData("03/10/2026")]
    public void Other_times_are_refused_with_how_to_write_them(string text) =>
        Assert.Contains("90m, 12h, 3d", Assert.Throws<CliException>(() => Moment.Parse(text, "since", Now)).Message, StringComparison.Ordinal);

    [Fact]
    public async Task Recover_follows_the_run_and_sums_it_up()
    {
        var looks = 0;
        await using var receiver = await Receiver.StartAsync((http, received) =>
        {
            http.Response.StatusCode = received.Path.EndsWith("/recover", StringComparison.Ordinal) ? 202 : 200;
            return http.Response.WriteAsync(received.Path.EndsWith("/recover", StringComparison.Ordinal) ? Run("pending", 0, 0)
                : Interlocked.Increment(ref looks) == 1 ? Run("pending", 100, 1, "\"api.stripe.com answered 503.\"")
                : Run("succeeded", 1200, 3));
        });
        using var tool = new Tool(("Operator__ApiKey", "key"), ("WEBHOOKS_GATEWAY", receiver.Address));

        Assert.Equal(ExitCodes.Ok, await tool.RunAsync("recover", "shop-payments", "--since", "2026-03-11T15:00Z"));

        Assert.Equal(["/api/sources/shop-payments/recover", $"/api/sources/shop-payments/recoveries/{Id}", $"/api/sources/shop-payments/recoveries/{Id}"], receiver.Requests.Select(request => request.Path));
        Assert.All(receiver.Requests, request => Assert.Equal("Bearer key", request.Headers["Authorization"]));
        using var asked = JsonDocument.Parse(receiver.Requests.First().Body);
        Assert.Equal(new DateTimeOffset(2026, 3, 11, 15, 0, 0, TimeSpan.Zero), asked.RootElement.GetProperty("since").GetDateTimeOffset());
        foreach (var words in new[] { "100 listed", "api.stripe.com answered 503", "1,200", "1,197", "3 recovered", "recovered=true" })
        {
            Assert.Contains(words, tool.Output, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Run_that_was_given_up_ends_with_one_and_its_error()
    {
        await using var receiver = await Receiver.StartAsync((http, _) => http.Response.WriteAsync(Run("dead", 0, 0, "\"api.stripe.com refuses the API key (401).\"")));
        using var tool = new Tool(("Operator__ApiKey", "key"));

        Assert.Equal(ExitCodes.Failed, await tool.RunAsync("recover", "shop", "--since", "2026-03-11T15:00Z", "--url", receiver.Address));
        Assert.Contains("refuses the API key (401)", tool.Output, StringComparison.Ordinal);

        Assert.Equal(ExitCodes.Failed, await tool.RunAsync("recover", "shop", "--since", "2026-03-11T15:00Z", "--url", receiver.Address, "--json"));
    }

    [Theory]
    [InlineData(400, """{"errors":{"since":["Use a time before noon."]}}""", "since: Use a time before noon.", ExitCodes.Usage)]
    [InlineData(409, """{"detail":"A run is under way."}""", "A run is under way.", ExitCodes.Failed)]
    [InlineData(404, "", "no source 'shop'", ExitCodes.Usage)]
    [InlineData(401, "", "refuses the operator key", ExitCodes.Usage)]
    [InlineData(500, "oops", "answers 500", ExitCodes.Failed)]
    [InlineData(200, "oops", "no gateway", ExitCodes.Usage)]
    public async Task Refusals_of_the_gateway_are_told_in_its_words(int status, string body, string words, int exitCode)
    {
        await using var receiver = await Receiver.StartAsync((http, _) =>
        {
            http.Response.StatusCode = status;
            return http.Response.WriteAsync(body);
        });
        using var tool = new Tool(("Operator__ApiKey", "key"));

        Assert.Equal(exitCode, await tool.RunAsync("recover", "shop", "--since", "3d", "--url", receiver.Address));
        Assert.Contains(words, tool.Error, StringComparison.Ordinal);
    }

    private static string Run(string state, long listed, long recovered, string error = "null") =>
        $$"""{"id":"{{Id}}","source":"shop-payments","trigger":"command","since":"2026-03-11T15:00:00+00:00","until":"2026-03-14T15:04:26+00:00","state":"{{state}}","pages":1,"listed":{{listed}},"known":{{listed - recovered}},"recovered":{{recovered}},"unusable":0,"error":{{error}},"nextAttemptAt":{{(error is "null" ? "null" : "\"2026-03-14T15:10:00+00:00\"")}}}""";
}
