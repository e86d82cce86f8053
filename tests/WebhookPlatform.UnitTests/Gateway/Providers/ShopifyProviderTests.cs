using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using WebhookPlatform.Gateway.Providers;

namespace WebhookPlatform.UnitTests.Gateway.Providers;

public sealed class ShopifyProviderTests : SigningProviderContract
{
    protected override IWebhookProvider Provider { get; } = new ShopifyProvider();

    protected override string ProofHeader => "X-Shopify-Hmac-Sha256";

    protected override IReadOnlyList<string> MalformedProofs => [];

    protected override bool AcceptsEmptyBody => false;

    protected override void Sign(IHeaderDictionary headers, byte[] body, string secret, DateTimeOffset at) => headers[ProofHeader] = Signature(body, secret);

    [Fact]
    public void Header_of_the_new_events_is_as_good()
    {
        var request = SignedRequest(Body, Secret);
        request.Headers.Remove(ProofHeader);
        request.Headers["shopify-hmac-sha256"] = Signature(Body, Secret);

        Assert.Equal(Verification.Valid(1), Verify(request, OtherSecret, Secret));
    }

    [Fact]
    public void Header_of_the_new_events_does_not_make_up_for_a_wrong_one()
    {
        var request = SignedRequest(Body, OtherSecret);
        request.Headers["shopify-hmac-sha256"] = Signature(Body, Secret);

        Assert.Equal(VerificationFailure.SignatureMismatch, Verify(request, Secret).Failure);
    }

    [Fact]
    public void Webhook_is_known_by_its_id_and_topic_even_when_the_body_cannot_be_read()
    {
        var webhook = Read("[", ("X-Shopify-Webhook-Id", "w-1"), ("X-Shopify-Topic", "orders/create"), ("X-Shopify-Triggered-At", "2026-03-14T15:09:26.123456789Z"));

        Assert.Equal(("w-1", "orders/create"), (webhook.EventId, webhook.EventType));
        Assert.Equal(new DateTimeOffset(2026, 3, 14, 15, 9, 26, TimeSpan.Zero), webhook.OccurredAt!.Value, TimeSpan.FromSeconds(1));
        Assert.Empty(webhook.Events);
    }

    [Theory]
    [InlineData("orders/create", """{"id":5}""", "orders/create/5")]
    [InlineData("orders/cancelled", """{"id":5}""", "orders/cancelled/5")]
    [InlineData("orders/fulfilled", """{"id":5,"fulfillments":[{"id":1},{"id":2}]}""", "orders/fulfilled/5/2")]
    [InlineData("orders/fulfilled", """{"id":5,"fulfillments":[]}""", null)]
    [InlineData("customers/update", """{"id":5,"updated_at":"2026-03-14T15:09:26-05:00"}""", "customers/update/5/1773518966")]
    [InlineData("customers/update", """{"id":5}""", null)]
    [InlineData("order_transactions/create", """{"id":5}""", "order_transactions/create/5")]
    [InlineData("refunds/create", """{"id":5}""", "refunds/create/5")]
    [InlineData("orders/updated", """{"id":5}""", null)]
    [InlineData("orders/create", "{}", null)]
    [InlineData("orders/create", "[", null)]
    public void Webhook_has_the_name_under_which_it_would_be_recovered(string topic, string body, string? key) => Assert.Equal(key, Read(body, ("X-Shopify-Topic", topic)).ResourceKey);

    [Fact]
    public void Refund_that_two_webhooks_tell_of_is_one_event()
    {
        const string Transaction = """
            {"id":900,"order_id":7,"parent_id":800,"kind":"refund","status":"success","amount":"5.00","currency":"USD"}
            """;
        var told = Assert.Single(Read(Transaction, ("X-Shopify-Topic", "order_transactions/create")).Events);
        var toldAgain = Assert.Single(Read($$"""{"id":1,"order_id":7,"note":"Too small","transactions":[{{Transaction}}]}""", ("X-Shopify-Topic", "refunds/create")).Events);

        Assert.Equal(("PaymentRefunded", "800", "900"), (told.Name, told.Subject, told.Key));
        Assert.Equal((told.Name, told.Subject, told.Key), (toldAgain.Name, toldAgain.Subject, toldAgain.Key));
    }

    [Theory]
    [InlineData("sale", "pending")]
    [InlineData("void", "success")]
    [InlineData("refund", "failure")]
    [InlineData("change", "success")]
    public void Transaction_that_moves_no_money_gives_no_event(string kind, string status) =>
        Assert.Empty(Read($$"""{"id":1,"kind":"{{kind}}","status":"{{status}}","amount":"5.00","currency":"USD","parent_id":2}""", ("X-Shopify-Topic", "order_transactions/create")).Events);

    [Fact]
    public void Transaction_without_money_gives_no_event() =>
        Assert.Empty(Read("""{"id":1,"kind":"sale","status":"success","amount":"5.001","currency":"USD"}""", ("X-Shopify-Topic", "order_transactions/create")).Events);

    private static string Signature(byte[] body, string secret) => Convert.ToBase64String(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), body));
}
