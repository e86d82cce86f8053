using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using WebhookPlatform.Gateway.Providers;

namespace WebhookPlatform.UnitTests.Gateway.Providers;

public sealed class LemonSqueezyProviderTests : SigningProviderContract
{
    protected override IWebhookProvider Provider { get; } = new LemonSqueezyProvider();

    protected override string ProofHeader => "X-Signature";

    protected override IReadOnlyList<string> MalformedProofs => [];

    protected override void Sign(IHeaderDictionary headers, byte[] body, string secret, DateTimeOffset at) =>
        headers[ProofHeader] = Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), body));

    [Fact]
    public void Type_in_the_header_is_not_signed_and_not_read() =>
        Assert.Equal("unknown", Read("{}", ("X-Event-Name", "order_created")).EventType);

    [Fact]
    public void First_payment_of_a_subscription_is_told_by_its_order_alone() =>
        Assert.Empty(Read(Invoice("subscription_payment_success", "initial", "paid")).Events);

    [Fact]
    public void Part_that_was_refunded_is_not_taken_for_the_whole() =>
        Assert.Empty(Read(Invoice("subscription_payment_refunded", "renewal", "partial_refund")).Events);

    [Fact]
    public void Cancelled_subscription_that_expires_is_one_event_and_another_cancellation_another()
    {
        var cancelled = Assert.Single(Read(Subscription("subscription_cancelled", "2026-04-14")).Events);

        Assert.Equal(cancelled.Key, Assert.Single(Read(Subscription("subscription_expired", "2026-04-14")).Events).Key);
        Assert.NotEqual(cancelled.Key, Assert.Single(Read(Subscription("subscription_cancelled", "2026-05-14")).Events).Key);
    }

    [Fact]
    public void Order_and_invoice_of_the_same_number_are_different_payments()
    {
        var order = Read("""{"meta":{"event_name":"order_created"},"data":{"type":"orders","id":"7","attributes":{"status":"paid","total":100,"currency":"USD"}}}""");

        Assert.NotEqual(order.Events[1].Subject, Read(Invoice("subscription_payment_success", "renewal", "paid")).Events[0].Subject);
    }

    private static string Invoice(string type, string reason, string status) =>
        $$$$"""{"meta":{"event_name":"{{{{type}}}}"},"data":{"type":"subscription-invoices","id":"7","attributes":{"subscription_id":3,"billing_reason":"{{{{reason}}}}","status":"{{{{status}}}}","total":100,"refunded_amount":40,"currency":"USD"}}}""";

    private static string Subscription(string type, string endsAt) =>
        $$$$"""{"meta":{"event_name":"{{{{type}}}}"},"data":{"type":"subscriptions","id":"3","attributes":{"ends_at":"{{{{endsAt}}}}"}}}""";
}
