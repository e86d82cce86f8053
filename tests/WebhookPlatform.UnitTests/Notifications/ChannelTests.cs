using System.Net.Http.Headers;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using MimeKit;
using WebhookPlatform.Messaging.Events;
using WebhookPlatform.Messaging.Work;
using WebhookPlatform.Notifications;
using WebhookPlatform.Notifications.Channels;
using WebhookPlatform.Notifications.Notifications;
using WebhookPlatform.Notifications.Subscriptions;
using WebhookPlatform.ServiceDefaults.Outbound;

namespace WebhookPlatform.UnitTests.Notifications;

public sealed class ChannelTests
{
    private static readonly DateTimeOffset Now = new(2026, 5, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Mail_says_what_the_notification_says_and_is_recognizable()
    {
        var notification = Notification("Zahlung über 42 €", "Zeile 1\nZeile 2");
        var mail = Reread(EmailChannel.Compose(notification, [MailboxAddress.Parse("a@example.com")], "Webhooks <webhooks@example.com>"));

        Assert.Equal("Zahlung über 42 €", mail.Subject);
        Assert.Equal("Zeile 1\nZeile 2", mail.TextBody?.ReplaceLineEndings("\n").TrimEnd());
        Assert.Equal($"{notification.Id}@webhookplatform", mail.MessageId);
        Assert.Equal("webhooks@example.com", mail.From.Mailboxes.Single().Address);
        Assert.Equal("auto-generated", mail.Headers["Auto-Submitted"]);
        Assert.Equal(Now, mail.Date);
    }

    [Theory]
    [InlineData("a@example.com", "a@example.com")]
    [InlineData(" a@example.com ,B <b@example.com>", "a@example.com, \"B\" <b@example.com>")]
    [InlineData(null, "ops@example.com")]
    public void Addresses_are_put_in_their_usual_form(string? target, string usual)
    {
        Assert.Equal(usual, Email().Resolve(target, out var problem));
        Assert.Null(problem);
    }

    [Fact]
    public async Task Mail_without_an_address_never_goes_to_somebody_nobody_named()
    {
        var email = Email(new NotificationsOptions { Smtp = { Host = "smtp.example.com" } });

        Assert.Null(email.Resolve(null, out var problem));
        Assert.Contains("Notifications:Mail:DefaultRecipient", problem, StringComparison.Ordinal);
        Assert.Equal(problem, Assert.IsType<WorkOutcome.Rejected>(await email.SendAsync(Notification("t", "b"), TestContext.Current.CancellationToken)).Error);
        Assert.Equal("a@example.com", email.Resolve("a@example.com", out _));
        Assert.Equal("all@example.com", Email(new NotificationsOptions { Smtp = { Host = "smtp.example.com" }, Mail = { DefaultRecipient = "all@example.com" } }).Resolve(null, out _));
    }

    [Theory]
    [InlineData("ops")]
    [InlineData("ops@")]
    [InlineData("a@example.com, ops")]
    [InlineData("a@example.com\r\nBcc: b@example.com")]
    public void Incomplete_address_is_refused(string target)
    {
        Assert.Null(Email().Resolve(target, out var problem));
        Assert.Contains("ops@example.com", problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Chat_message_cannot_ping_everybody_or_disguise_links()
    {
        using var content = ChatChannel.Content(Notification("<!channel> & more", "see <https://evil.example|here>"));
        var json = JsonDocument.Parse(await content.ReadAsStringAsync(TestContext.Current.CancellationToken)).RootElement;

        Assert.Equal("application/json", content.Headers.ContentType?.ToString());
        Assert.Equal("*&lt;!channel&gt; &amp; more*\nsee &lt;https://evil.example|here&gt;", json.GetProperty("text").GetString());
    }

    [Theory]
    [InlineData("120", 120)]
    [InlineData("0", null)]
    [InlineData("86400", 3600)]
    [InlineData("Fri, 01 May 2026 12:00:30 GMT", 30)]
    [InlineData("Fri, 01 May 2026 11:00:00 GMT", null)]
    public void Retry_after_is_read_as_seconds_or_date_within_an_hour(string header, int? seconds) =>
        Assert.Equal(seconds is { } wait ? TimeSpan.FromSeconds(wait) : null, ChatChannel.RetryAfter(RetryConditionHeaderValue.Parse(header), Now));

    [Theory]
    [InlineData("http://127.0.0.1/hook")]
    [InlineData("http://169.254.169.254/latest/meta-data")]
    [InlineData("ftp://example.com/hook")]
    [InlineData("https://user:password@example.com/hook")]
    [InlineData("hook")]
    [InlineData(null)]
    public void Url_that_must_not_be_called_is_refused(string? target)
    {
        Assert.Null(Chat().Resolve(target, out var problem));
        Assert.NotNull(problem);
    }

    [Fact]
    public void Chat_url_is_a_secret()
    {
        const string Url = "https://hooks.slack.com/services/T0/B0/token";

        Assert.Equal(Url, Chat().Resolve(Url, out _));
        Assert.Equal("https://hooks.slack.com/…", Chat().Mask(Url));
        Assert.Equal("Chat message to hooks.slack.com", Chat().Describe(Url));
    }

    [Fact]
    public void Every_wrong_field_of_a_subscription_is_told()
    {
        var rules = new SubscriptionRules(new ChannelCatalog([Email(), Chat(), new InAppChannel()]), TimeProvider.System);
        var read = rules.Read(new SubscriptionBody(Name: "", EventType: "Nope", Channel: "chat", TitleTemplate: "{% if %}", Target: "http://10.0.0.1/", Conditions: [new("amount", "over")]), present: null, out var problems);

        Assert.Null(read);
        Assert.Equal(["conditions[0]", "eventType", "name", "target", "titleTemplate"], problems.Keys.Order(StringComparer.Ordinal), StringComparer.Ordinal);
        Assert.Contains("PaymentCompleted", problems["eventType"][0], StringComparison.Ordinal);
    }

    [Fact]
    public void Masked_target_keeps_the_secret_it_stands_for()
    {
        const string Url = "https://hooks.slack.com/services/T0/B0/token";
        var rules = new SubscriptionRules(new ChannelCatalog([Email(), Chat(), new InAppChannel()]), TimeProvider.System);
        var present = SubscriptionMatching.Subscription("*", channel: "chat", target: Url);
        var body = new SubscriptionBody("renamed", "*", "chat", "{{ name }}", Target: "https://hooks.slack.com/…");

        Assert.Equal(Url, rules.Read(body, present, out _)?.Target);
    }

    [Fact]
    public void Failing_template_gives_a_plain_text_and_the_reason()
    {
        var document = EventDocument.Of(SampleEvents.Of("PaymentCompleted", Now)!);
        var text = NotificationText.Of("{% for i in (1..9999999) %}x{% endfor %}", "", document);

        Assert.Equal(("PaymentCompleted from shop", "stripe: pi_sample"), (text.Title, text.Body));
        Assert.NotNull(text.Error);
    }

    [Fact]
    public void Text_is_made_fit_for_headers_and_tables()
    {
        Assert.Equal("a b  c\uFFFD", PlainText.Line("a\0b\r\nc\ud800"));
        Assert.Equal("a\n\tb", PlainText.Block("a\r\n\tb\0"));
        Assert.Equal(301, PlainText.Line(new string('x', 5000)).Length);
    }

    private static EmailChannel Email(NotificationsOptions? options = null) => new(new NoTransport(), Options.Create(options ?? new NotificationsOptions()));

    private static ChatChannel Chat() =>
        new(new ServiceCollection().AddHttpClient().BuildServiceProvider().GetRequiredService<IHttpClientFactory>(), new OutboundGuard(Options.Create(new OutboundOptions())), TimeProvider.System);

    private static Notification Notification(string title, string body) => new()
    {
        Id = Guid.NewGuid(),
        DeliveryId = Guid.NewGuid(),
        EventId = Guid.NewGuid(),
        Channel = "email",
        Title = title,
        Body = body,
        CreatedAt = Now,
        DueAt = Now,
    };

    private static MimeMessage Reread(MimeMessage message)
    {
        using var stream = new MemoryStream();
        message.WriteTo(stream);
        stream.Position = 0;
        return MimeMessage.Load(stream);
    }

    private sealed class NoTransport : IMailTransport
    {
        public string Destination => "nowhere";

        public Task<WorkOutcome> SendAsync(MimeMessage message, Guid id, CancellationToken cancellationToken) => throw new NotSupportedException();
    }
}
