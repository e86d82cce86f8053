using System.Net.Mime;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using WebhookPlatform.Cli;
using WebhookPlatform.UnitTests.Simulators;

namespace WebhookPlatform.UnitTests.Cli;

public sealed class CommandTests
{
    private const string ShopSecret = "shop secret";

    [Theory]
    [InlineData("--count: 'x' is not a number.", "send", "stripe", "random", "--count", "x")]
    [InlineData("--rate: 'fast' is not a number.", "send", "stripe", "random", "--rate", "fast")]
    [InlineData("--seed: 'x' is not a number.", "send", "stripe", "random", "--seed", "x")]
    [InlineData("--rate: 'x' is not a number.", "demo", "--rate", "x")]
    [InlineData("--status: 'bad' is not a number.", "simulate", "stripe", "--status", "bad")]
    [InlineData("--hours must be at least 1.", "ledger", "--hours", "0")]
    [InlineData("The argument <event> is missing.", "send", "stripe")]
    [InlineData("The argument <provider> is missing.", "keys")]
    [InlineData("There is no command 'sent'.", "sent", "stripe")]
    public async Task Wrong_usage_is_told_in_a_sentence(string expected, params string[] arguments)
    {
        using var tool = new Tool();

        Assert.Equal(ExitCodes.Usage, await tool.RunAsync(arguments));

        var told = tool.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        Assert.Equal(2, told.Length);
        Assert.Equal(expected, told[0]);
        Assert.StartsWith("See 'webhooks ", told[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Send_posts_signed_webhooks_and_reports_them_as_json()
    {
        await using var receiver = await Receiver.StartAsync();
        using var tool = new Tool(("Sources__shop__Provider", "hmac"), ("Sources__shop__Secrets__0", ShopSecret), ("WEBHOOKS_GATEWAY", receiver.Address));

        var exitCode = await tool.RunAsync("send", "hmac", "payment_success", "--count", "50", "--duplicate-ratio", "0.1", "--json");

        Assert.Equal(ExitCodes.Ok, exitCode);
        Assert.Equal(50, receiver.Requests.Count);
        Assert.All(receiver.Requests, request =>
        {
            Assert.Equal("/webhooks/shop", request.Path);
            Assert.Equal("application/json", request.Headers["Content-Type"]);
            Assert.Equal(Proof(request.Body), request.Headers["X-Signature"]);
        });
        Assert.Equal(45, receiver.Requests.Select(request => Convert.ToBase64String(request.Body)).Distinct(StringComparer.Ordinal).Count());
        using var report = JsonDocument.Parse(tool.Output);
        Assert.Equal(50, report.RootElement.At("sent").GetInt32());
        Assert.Equal(50, report.RootElement.At("accepted").GetInt32());
        Assert.Equal(5, report.RootElement.At("duplicates").GetInt32());
        Assert.Equal(50, report.RootElement.At("outcomes.200").GetInt32());
        Assert.True(report.RootElement.At("succeeded").GetBoolean());
        Assert.True(report.RootElement.At("latencyMs.p50").GetDouble() <= report.RootElement.At("latencyMs.max").GetDouble());
        Assert.Equal("", tool.Error);
    }

    [Fact]
    public async Task Send_with_a_rate_does_not_wait_for_answers()
    {
        const int count = 40;
        var everythingArrived = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var arrived = 0;
        await using var receiver = await Receiver.StartAsync(async (_, _) =>
        {
            if (Interlocked.Increment(ref arrived) == count)
            {
                everythingArrived.SetResult();
            }

            // Nobody is answered before everything has been sent: a sender that waited would hang here.
            await everythingArrived.Task;
        });
        using var tool = new Tool();

        var exitCode = await tool.RunAsync("send", "stripe", "all", "--secret", "whsec_x", "--to", receiver.Address, "--count", "40", "--rate", "200", "--json");

        Assert.Equal(ExitCodes.Ok, exitCode);
        using var report = JsonDocument.Parse(tool.Output);
        Assert.True(report.RootElement.At("measuredFromSchedule").GetBoolean());
        // The first was due at 0 and answered when the last, due at 39/200 s, had arrived.
        Assert.True(report.RootElement.At("latencyMs.max").GetDouble() >= 190);
        Assert.True(report.RootElement.At("elapsedSeconds").GetDouble() >= 0.19);
    }

    [Fact]
    public async Task Latency_counts_from_the_schedule_when_the_sender_falls_behind()
    {
        await using var receiver = await Receiver.StartAsync((_, _) => Task.CompletedTask);
        using var tool = new Tool();

        // 100 webhooks are due at once in effect; one connection serves them one by one, so the last waits for 99 others.
        var exitCode = await tool.RunAsync("send", "token", "payment_success", "--secret", "t", "--to", receiver.Address, "--count", "100", "--rate", "1000000", "--concurrency", "1", "--json");

        Assert.Equal(ExitCodes.Ok, exitCode);
        using var report = JsonDocument.Parse(tool.Output);
        var elapsed = report.RootElement.At("elapsedSeconds").GetDouble() * 1000;
        Assert.InRange(report.RootElement.At("latencyMs.max").GetDouble(), elapsed * 0.8, elapsed * 1.01 + 1);
    }

    [Fact]
    public async Task Send_fails_with_advice_when_the_signature_is_refused()
    {
        await using var receiver = await Receiver.StartAsync((http, _) =>
        {
            http.Response.StatusCode = 401;
            return Task.CompletedTask;
        });
        using var tool = new Tool();

        var exitCode = await tool.RunAsync("send", "github", "push", "--secret", "wrong", "--to", receiver.Address, "--retries", "3");

        Assert.Equal(ExitCodes.Failed, exitCode);
        Assert.Single(receiver.Requests);
        Assert.Contains("status 401", tool.Output, StringComparison.Ordinal);
        Assert.Contains("Sources__github__Secrets__0", tool.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Send_tries_again_after_503_as_Retry_After_says()
    {
        var attempts = 0;
        await using var receiver = await Receiver.StartAsync((http, _) =>
        {
            http.Response.StatusCode = Interlocked.Increment(ref attempts) < 3 ? 503 : 200;
            http.Response.Headers.RetryAfter = "0";
            return Task.CompletedTask;
        });
        using var tool = new Tool();

        Assert.Equal(ExitCodes.Ok, await tool.RunAsync("send", "slack", "message", "--secret", "s", "--to", receiver.Address, "--retries", "5", "--json"));

        Assert.Equal(3, receiver.Requests.Count);
        Assert.Single(receiver.Requests.Select(request => Convert.ToBase64String(request.Body)).Distinct(StringComparer.Ordinal));
        using var report = JsonDocument.Parse(tool.Output);
        Assert.Equal(2, report.RootElement.At("retries").GetInt32());
    }

    [Fact]
    public async Task Send_without_retries_gives_up_at_once()
    {
        await using var receiver = await Receiver.StartAsync((http, _) =>
        {
            http.Response.StatusCode = 503;
            return Task.CompletedTask;
        });

        using var tool = new Tool();

        Assert.Equal(ExitCodes.Failed, await tool.RunAsync("send", "slack", "message", "--secret", "s", "--to", receiver.Address));
        Assert.Single(receiver.Requests);
    }

    [Theory]
    [InlineData("nothing answers", "send", "stripe", "random", "--secret", "x", "--to", "http://127.0.0.1:1")]
    [InlineData("no secret", "send", "stripe", "random")]
    [InlineData("no provider 'strip'", "send", "strip", "random", "--secret", "x")]
    [InlineData("no event 'paid'", "send", "stripe", "paid", "--secret", "x")]
    [InlineData("not an address", "send", "stripe", "random", "--secret", "x", "--to", "localhost")]
    [InlineData("--rate must be above 0", "send", "stripe", "random", "--rate", "0")]
    [InlineData("--duplicate-ratio must be from 0 to 1", "send", "stripe", "random", "--duplicate-ratio", "2")]
    [InlineData("base64", "send", "standard-webhooks", "random", "--secret", "%%%")]
    [InlineData("No source", "demo")]
    [InlineData("operator key", "tail")]
    [InlineData("operator key", "recover", "shop", "--since", "3d")]
    [InlineData("is no time", "recover", "shop", "--since", "yesterday", "--key", "x")]
    [InlineData("--since", "recover", "shop")]
    [InlineData("does not answer", "recover", "shop", "--since", "3d", "--key", "x", "--url", "http://127.0.0.1:1")]
    [InlineData("cannot be read", "sign", "stripe", "--secret", "x", "--body", "/no/such/file")]
    [InlineData("--help", "sned")]
    [InlineData("--help")]
    public async Task Wrong_usage_ends_with_a_sentence_and_no_stack_trace(string sentence, params string[] arguments)
    {
        using var tool = new Tool();

        var exitCode = await tool.RunAsync(arguments);

        Assert.NotEqual(ExitCodes.Ok, exitCode);
        Assert.Equal(sentence == "nothing answers" ? ExitCodes.Failed : ExitCodes.Usage, exitCode);
        Assert.Contains(sentence, tool.Error, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("   at ", tool.Error + tool.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Sign_prints_the_headers_of_a_body()
    {
        var file = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(file, "Hello, World!", TestContext.Current.CancellationToken);
            using var tool = new Tool();

            Assert.Equal(ExitCodes.Ok, await tool.RunAsync("sign", "github", "--secret", "It's a Secret to Everybody", "--body", file, "--event", "push"));

            Assert.Contains("X-Hub-Signature-256: sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17", tool.Output, StringComparison.Ordinal);
            Assert.Contains("X-GitHub-Event: push", tool.Output, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public async Task List_names_every_event_and_help_every_verb()
    {
        using var list = new Tool();
        Assert.Equal(ExitCodes.Ok, await list.RunAsync("list"));
        Assert.All(Simulation.AllEvents(), row => Assert.Contains(row.Data.Item2, list.Output, StringComparison.Ordinal));

        using var help = new Tool();
        Assert.Equal(ExitCodes.Ok, await help.RunAsync("--help"));
        Assert.All(["send", "demo", "list", "tail", "recover", "simulate", "sign", "keys"], verb => Assert.Contains("  " + verb, help.Output, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Demo_sends_to_every_source_and_takes_the_refusal_of_forged_ones_as_right()
    {
        await using var receiver = await Receiver.StartAsync((http, received) =>
        {
            http.Response.StatusCode = received.Path != "/webhooks/shop" || received.Headers["X-Signature"] == Proof(received.Body) ? 200 : 401;
            return Task.CompletedTask;
        });
        using var tool = new Tool(
            ("Sources__shop__Provider", "hmac"), ("Sources__shop__Secrets__0", ShopSecret),
            ("Sources__stripe__Provider", "stripe"), ("Sources__stripe__Secrets__0", "whsec_x"),
            ("Sources__other__Provider", "unknown to this tool"), ("Sources__other__Secrets__0", "x"));

        Assert.Equal(ExitCodes.Ok, await tool.RunAsync("demo", "--to", receiver.Address, "--rate", "100000", "--count", "300", "--seed", "4"));

        Assert.Equal(300, receiver.Requests.Count);
        Assert.Equal(["/webhooks/shop", "/webhooks/stripe"], receiver.Requests.Select(request => request.Path).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal));
        var forged = receiver.Requests.Count(request => request.Path == "/webhooks/shop" && request.Headers["X-Signature"] != Proof(request.Body));
        Assert.InRange(forged, 1, 15);
        Assert.Contains("wrong signature on purpose", tool.Output, StringComparison.Ordinal);
        Assert.Contains("delivered again", tool.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Tail_prints_each_activity_once_and_connects_again_when_the_stream_ends()
    {
        var connections = 0;
        await using var receiver = await Receiver.StartAsync(async (http, _) =>
        {
            http.Response.ContentType = MediaTypeNames.Text.EventStream;
            await http.Response.WriteAsync(": hello\n\ndata: {\"sequence\":1,\"overview\":{},\"unknown\":[1]}\n\ndata: not json\n\n");
            await http.Response.WriteAsync("event: frame\ndata: {\"activities\":[{\"id\":\"a\",\"at\":\"2026-03-01T09:30:00Z\",\"type\":\"PaymentCompleted\",\"source\":\"stripe\",\"title\":\"42.00 USD [paid]\",\"outcome\":\"published\"}]}\n\n");
            if (Interlocked.Increment(ref connections) > 1)
            {
                await http.Response.WriteAsync("data: {\"activities\":[{\"id\":\"b\"}]}\n\n");
            }
        });
        using var tool = new Tool(("Operator__ApiKey", "key"));

        Assert.Equal(ExitCodes.Ok, await tool.RunAsync("tail", "--url", receiver.Address, "--count", "2"));

        Assert.Equal(2, tool.Output.Trim().Split('\n').Length);
        Assert.Contains("42.00 USD [paid]", tool.Output, StringComparison.Ordinal);
        Assert.Contains("PaymentCompleted", tool.Output, StringComparison.Ordinal);
        Assert.Contains("Not live", tool.Error, StringComparison.Ordinal);
        Assert.All(receiver.Requests, request =>
        {
            Assert.Equal("/api/live", request.Path);
            Assert.Equal("Bearer key", request.Headers["Authorization"]);
        });
    }

    [Fact]
    public async Task Tail_as_json_repeats_the_activity_as_it_came_and_stops_when_the_key_is_refused()
    {
        await using var receiver = await Receiver.StartAsync(async (http, received) =>
        {
            http.Response.StatusCode = received.Headers["Authorization"] == "Bearer right" ? 200 : 401;
            http.Response.ContentType = MediaTypeNames.Text.EventStream;
            await http.Response.WriteAsync("data: {\"activities\":[{\"id\":1,\"new\":{\"field\":true}}]}\n\n");
        });

        using var right = new Tool();
        Assert.Equal(ExitCodes.Ok, await right.RunAsync("tail", "--key", "right", "--url", receiver.Address, "--count", "1", "--json"));
        Assert.Equal("""{"id":1,"new":{"field":true}}""", right.Output.Trim());

        using var wrong = new Tool();
        Assert.Equal(ExitCodes.Usage, await wrong.RunAsync("tail", "--key", "wrong", "--url", receiver.Address));
        Assert.Contains("operator key", wrong.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ledger_prints_what_is_missing_by_id_and_ends_with_one()
    {
        const string Answer = """
            {"at":"2026-03-01T10:00:00+00:00","through":"2026-03-01T09:58:00+00:00","balanced":false,"missing":1,
             "sources":[{"source":"shop [eu]","provider":"hmac","received":6,"accepted":3,"duplicates":2,"conflicts":0,"rejected":1,"refused":0,"booked":3,"difference":0,"missing":0}],
             "consumers":[{"consumer":"notifications","source":"shop [eu]","due":6,"delivered":5,"inFlight":0,"dead":0,"missing":1}],
             "gaps":[{"service":"notifications","source":"shop [eu]","minute":"2026-03-01T09:41:00+00:00","contract":"PaymentCompleted","eventId":"6d1f6d3c-0f0e-5a86-9a3e-2f6a7c1f4e10","deliveryId":"019d0000-0000-7000-8000-000000000001","lacks":"inbox"}]}
            """;
        await using var receiver = await Receiver.StartAsync((http, _) => http.Response.WriteAsync(Answer));
        using var tool = new Tool(("Operator__ApiKey", "key"), ("WEBHOOKS_DASHBOARD", receiver.Address));

        Assert.Equal(ExitCodes.Failed, await tool.RunAsync("ledger", "--hours", "2"));

        Assert.All(receiver.Requests, request => Assert.Equal(("/api/ledger", "Bearer key"), (request.Path, request.Headers["Authorization"])));
        foreach (var words in new[] { "shop [eu]", "6d1f6d3c-0f0e-5a86-9a3e-2f6a7c1f4e10", "019d0000-0000-7000-8000-000000000001", "inbox", "1 missing, audited through 2026-03-01 09:58 UTC" })
        {
            Assert.Contains(words, tool.Output, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Ledger_that_balances_ends_with_zero_and_prints_the_answer_as_it_came()
    {
        const string Answer = """{"through":"2026-03-01T09:58:00+00:00","balanced":true,"missing":0,"sources":[],"consumers":[],"gaps":[],"new":1}""";
        await using var receiver = await Receiver.StartAsync((http, _) => http.Response.WriteAsync(Answer));
        using var tool = new Tool(("Operator__ApiKey", "key"));

        Assert.Equal(ExitCodes.Ok, await tool.RunAsync("ledger", "--url", receiver.Address, "--json"));
        Assert.Equal(Answer, tool.Output.Trim());

        Assert.Equal(ExitCodes.Ok, await tool.RunAsync("ledger", "--url", receiver.Address));
        Assert.Contains("balanced, audited through", tool.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ledger_says_in_a_sentence_that_the_dashboard_is_not_there_or_refuses()
    {
        await using var receiver = await Receiver.StartAsync((http, _) =>
        {
            http.Response.StatusCode = 401;
            return Task.CompletedTask;
        });
        using var tool = new Tool(("Operator__ApiKey", "key"));

        Assert.Equal(ExitCodes.Usage, await tool.RunAsync("ledger", "--url", receiver.Address));
        Assert.Contains("refuses the operator key", tool.Error, StringComparison.Ordinal);
        Assert.Equal(ExitCodes.Usage, await tool.RunAsync("ledger", "--url", "http://127.0.0.1:1"));
        Assert.Contains("does not answer", tool.Error, StringComparison.Ordinal);
    }

    private static string Proof(byte[] body) => Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(ShopSecret), body));
}
