using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using WebhookPlatform.Automation;
using WebhookPlatform.Automation.Actions;
using WebhookPlatform.Automation.Rules;
using WebhookPlatform.Automation.Runs;
using WebhookPlatform.Messaging.Events;
using WebhookPlatform.ServiceDefaults.Outbound;
using WebhookPlatform.TestKit;

namespace WebhookPlatform.UnitTests.Automation;

public sealed class HttpActionSenderTests
{
    private const string Secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    [Theory]
    [InlineData(200, ActionOutcome.Succeeded)]
    [InlineData(204, ActionOutcome.Succeeded)]
    [InlineData(400, ActionOutcome.Rejected)]
    [InlineData(401, ActionOutcome.Rejected)]
    [InlineData(404, ActionOutcome.Rejected)]
    [InlineData(408, ActionOutcome.Failed)]
    [InlineData(409, ActionOutcome.Failed)]
    [InlineData(410, ActionOutcome.Rejected)]
    [InlineData(425, ActionOutcome.Failed)]
    [InlineData(429, ActionOutcome.Failed)]
    [InlineData(500, ActionOutcome.Failed)]
    [InlineData(503, ActionOutcome.Failed)]
    public async Task The_status_decides_whether_trying_again_makes_sense(int status, ActionOutcome outcome)
    {
        await using var receiver = await WebReceiver.StartAsync((context, _) => Answer(context, status));
        var result = await SendAsync(receiver);
        Assert.Equal((outcome, status), (result.Outcome, result.HttpStatus));
        Assert.Equal(outcome is ActionOutcome.Succeeded, result.Error is null);
    }

    [Fact]
    public async Task A_request_is_signed_and_carries_its_idempotency_key()
    {
        await using var receiver = await WebReceiver.StartAsync();
        var run = NewRun(receiver);

        await SendAsync(run);
        await SendAsync(run);

        Assert.All(receiver.Requests, request =>
        {
            Assert.Equal(run.RequestId(0), request.Headers["webhook-id"]);
            Assert.Equal(run.RequestId(0), request.Headers["Idempotency-Key"]);
            Assert.Equal("application/json; charset=utf-8", request.Headers["Content-Type"]);
            var at = DateTimeOffset.FromUnixTimeSeconds(long.Parse(request.Headers["webhook-timestamp"], CultureInfo.InvariantCulture));
            Assert.Equal(StandardWebhooksSignature.Sign(Secret, request.Headers["webhook-id"], at, request.Body), request.Headers["webhook-signature"]);
            Assert.Equal(run.Envelope(), request.Body);
        });
    }

    [Fact]
    public async Task A_redirect_is_an_error_that_names_the_target_without_its_query()
    {
        await using var receiver = await WebReceiver.StartAsync((context, _) =>
        {
            context.Response.Redirect("https://elsewhere.example/path?token=1");
            return Task.CompletedTask;
        });
        var result = await SendAsync(receiver);

        Assert.Equal(ActionOutcome.Rejected, result.Outcome);
        Assert.Contains("https://elsewhere.example/path. Redirects are not followed", result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("token", result.Error, StringComparison.Ordinal);
        Assert.Single(receiver.Requests);
    }

    [Theory]
    [InlineData("7", 7)]
    [InlineData("0", 1)]
    [InlineData("999999999", 3600)]
    [InlineData("Wed, 21 Oct 2015 07:28:00 GMT", 1)]
    public async Task Retry_after_is_honoured_within_bounds(string header, int seconds)
    {
        await using var receiver = await WebReceiver.StartAsync((context, _) =>
        {
            context.Response.Headers.RetryAfter = header;
            return Answer(context, 503);
        });
        Assert.Equal(TimeSpan.FromSeconds(seconds), (await SendAsync(receiver)).RetryAfter);
    }

    [Fact]
    public async Task Of_a_long_answer_only_the_beginning_is_read_and_secrets_are_hidden()
    {
        await using var receiver = await WebReceiver.StartAsync(async (context, _) =>
        {
            context.Response.ContentType = "text/plain";
            await context.Response.WriteAsync($"secret {Secret} and Bearer abc\0\n");
            await context.Response.WriteAsync(new string('x', 10_000_000));
        });
        var result = await SendAsync(receiver, action => action with { Headers = new Dictionary<string, string>(StringComparer.Ordinal) { ["Authorization"] = "Bearer abc" } });

        Assert.Equal(ActionOutcome.Succeeded, result.Outcome);
        Assert.StartsWith("secret *** and ***", result.Response, StringComparison.Ordinal);
        Assert.Equal(500, result.Response!.Length);
    }

    [Fact]
    public async Task An_accepted_request_counts_although_its_answer_never_ends()
    {
        await using var receiver = await WebReceiver.StartAsync(async (context, _) =>
        {
            context.Response.ContentType = "text/plain";
            await context.Response.WriteAsync("accepted");
            await context.Response.Body.FlushAsync();
            await Task.Delay(Timeout.Infinite, context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        });
        var result = await SendAsync(receiver);
        Assert.Equal((ActionOutcome.Succeeded, "accepted"), (result.Outcome, result.Response));
    }

    [Fact]
    public async Task A_receiver_that_never_answers_is_given_up_and_tried_again()
    {
        await using var receiver = await WebReceiver.StartAsync((context, _) => Task.Delay(Timeout.Infinite, context.RequestAborted));
        var result = await SendAsync(receiver, settings: ("Outbound:Timeout", "00:00:00.300"));
        Assert.Equal((ActionOutcome.Failed, (int?)null), (result.Outcome, result.HttpStatus));
        Assert.Contains("no complete answer within 0.3 s", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_guarded_address_is_refused_for_good()
    {
        await using var receiver = await WebReceiver.StartAsync();
        var result = await SendAsync(receiver, settings: ("Outbound:AllowPrivateNetworks", "false"));
        Assert.Equal(ActionOutcome.Rejected, result.Outcome);
        Assert.Contains("Outbound:AllowedNetworks", result.Error, StringComparison.Ordinal);
        Assert.Empty(receiver.Requests);
    }

    [Theory]
    [InlineData("Content-Type")]
    [InlineData("content-type")]
    public async Task A_body_template_is_rendered_and_a_content_type_kept(string header)
    {
        await using var receiver = await WebReceiver.StartAsync();
        var result = await SendAsync(receiver, action => action with
        {
            Method = "PUT",
            Body = "paid={{ event.paymentId }}",
            Headers = new Dictionary<string, string>(StringComparer.Ordinal) { [header] = "application/x-www-form-urlencoded", ["X-Team"] = "shop" },
        });

        Assert.Equal(ActionOutcome.Succeeded, result.Outcome);
        var request = Assert.Single(receiver.Requests);
        Assert.Equal(("PUT", "paid=pi_sample"), (request.Method, Encoding.UTF8.GetString(request.Body)));
        Assert.Equal(("application/x-www-form-urlencoded", "shop"), (request.Headers["Content-Type"], request.Headers["X-Team"]));
    }

    [Fact]
    public async Task A_template_that_gives_no_json_is_not_sent()
    {
        await using var receiver = await WebReceiver.StartAsync();
        var result = await SendAsync(receiver, action => action with { Body = """{"id": {{ event.paymentId }}}""" });
        Assert.Equal(ActionOutcome.Rejected, result.Outcome);
        Assert.Empty(receiver.Requests);
    }

    private static Task Answer(HttpContext context, int status)
    {
        context.Response.StatusCode = status;
        return Task.CompletedTask;
    }

    private static Task<ActionResult> SendAsync(WebReceiver receiver, Func<HttpAction, HttpAction>? change = null, (string Key, string Value) settings = default) =>
        SendAsync(NewRun(receiver, change), settings);

    private static async Task<ActionResult> SendAsync(Run run, (string Key, string Value) settings = default)
    {
        var values = new Dictionary<string, string?>(StringComparer.Ordinal) { ["Outbound:AllowPrivateNetworks"] = "true" };
        if (settings.Key is not null)
        {
            values[settings.Key] = settings.Value;
        }

        var services = new ServiceCollection();
        services.AddSingleton<IConfiguration>(new ConfigurationBuilder().AddInMemoryCollection(values).Build());
        services.AddSingleton(TimeProvider.System);
        services.AddOptions<AutomationOptions>();
        services.AddOutboundClient(HttpActionSender.Client);
        services.AddSingleton<HttpActionSender>();
        await using var provider = services.BuildServiceProvider();
        return await provider.GetRequiredService<HttpActionSender>().SendAsync(run, (HttpAction)run.Actions[run.Step], TestContext.Current.CancellationToken);
    }

    private static Run NewRun(WebReceiver receiver, Func<HttpAction, HttpAction>? change = null)
    {
        var now = DateTimeOffset.UnixEpoch;
        var action = new HttpAction { Id = "a", Url = receiver.Address.ToString(), Method = "POST", Secret = Secret };
        var rule = new Rule { Id = Guid.NewGuid(), Name = "test", Enabled = true, EventType = "*", Conditions = [], Actions = [change?.Invoke(action) ?? action], CreatedAt = now, UpdatedAt = now };
        return Run.For(rule, EventDocument.Of(SampleEvents.Of("PaymentCompleted", now)!), now, default);
    }
}
