using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using WebhookPlatform.Gateway.Ingress;
using WebhookPlatform.Gateway.Providers;

namespace WebhookPlatform.UnitTests.Gateway.Providers;

public sealed class WooCommerceProviderTests : SigningProviderContract
{
    protected override IWebhookProvider Provider { get; } = new WooCommerceProvider();

    protected override string ProofHeader => "X-WC-Webhook-Signature";

    protected override IReadOnlyList<string> MalformedProofs => [];

    protected override void Sign(IHeaderDictionary headers, byte[] body, string secret, DateTimeOffset at) =>
        headers[ProofHeader] = Convert.ToBase64String(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), body));

    [Fact]
    public void Unsigned_ping_of_a_new_webhook_is_answered_with_nothing()
    {
        var ping = Form("webhook_id=42");

        Assert.Equal(HandshakeResponse.Empty, Provider.AnswerUnsigned(ping, SourceWith(Secret)));
        Assert.Equal(VerificationFailure.MissingHeader, Verify(ping, Secret).Failure);
        Assert.Contains(ping.MediaType, Provider.MediaTypes);
    }

    [Theory]
    [InlineData("webhook_id=")]
    [InlineData("webhook_id=4x")]
    [InlineData("webhook_id=4&order=1")]
    [InlineData("Webhook_id=4")]
    [InlineData("webhook_id=1111111111111111111111111111111111111111111111111")]
    [InlineData("{\"webhook_id\":4}")]
    [InlineData("")]
    public void Other_unsigned_bodies_are_not_answered(string body) => Assert.Null(Provider.AnswerUnsigned(Form(body), SourceWith(Secret)));

    [Fact]
    public void Ping_with_a_signature_has_to_have_a_right_one()
    {
        var ping = Form("webhook_id=42");
        ping.Headers[ProofHeader] = "AAAA";

        Assert.Null(Provider.AnswerUnsigned(ping, SourceWith(Secret)));
        Assert.Equal(VerificationFailure.SignatureMismatch, Verify(ping, Secret).Failure);
    }

    [Theory]
    [InlineData("order.updated", "d0d0", 7, "order.updated", "d0d0", 8)]
    [InlineData("order.updated", "d0d0", 7, "order.created", "d0d0", 7)]
    public void Webhooks_of_one_second_are_told_apart(string topic, string delivery, int id, string otherTopic, string otherDelivery, int otherId) =>
        Assert.NotEqual(IdentityOf(topic, delivery, id, "2026-03-14T15:09:26"), IdentityOf(otherTopic, otherDelivery, otherId, "2026-03-14T15:09:26"));

    [Fact]
    public void Body_with_a_date_is_the_same_webhook_whatever_its_delivery_id_and_one_without_is_not()
    {
        Assert.Equal(IdentityOf("order.updated", "d0d0", 7, "2026-03-14T15:09:26"), IdentityOf("order.updated", "d1d1", 7, "2026-03-14T15:09:26"));
        Assert.Equal(IdentityOf("order.deleted", "d0d0", 7, ""), IdentityOf("order.deleted", "d0d0", 7, ""));
        Assert.NotEqual(IdentityOf("order.deleted", "d0d0", 7, ""), IdentityOf("order.deleted", "d1d1", 7, ""));
    }

    [Fact]
    public void Payment_is_one_event_however_often_its_order_comes()
    {
        const string Order = """
            {"id":7,"status":"processing","currency":"EUR","total":"10.00","transaction_id":"ch_1","date_paid_gmt":"2026-03-14T15:00:00"}
            """;
        var created = Read(Order, ("X-WC-Webhook-Topic", "order.created")).Events;
        var updated = Read(Order, ("X-WC-Webhook-Topic", "order.updated")).Events;

        Assert.Equal(["OrderPlaced", "PaymentCompleted"], created.Select(draft => draft.Name), StringComparer.Ordinal);
        Assert.Equal(created[1].Key, Assert.Single(updated).Key);
    }

    [Fact]
    public void Each_refund_of_an_order_is_an_event_of_its_own()
    {
        var drafts = Read("""
            {"id":7,"status":"processing","currency":"JPY","total":"1000","transaction_id":"ch_1",
             "refunds":[{"id":11,"reason":"","total":"-300"},{"id":12,"total":"-1.5"},{"id":13,"reason":"Late","total":"-200"},7,null]}
            """, ("X-WC-Webhook-Topic", "order.updated")).Events;

        Assert.Equal(["11", "13"], drafts.Select(draft => draft.Key), StringComparer.Ordinal);
    }

    [Fact]
    public void Draft_of_a_checkout_is_not_yet_placed() =>
        Assert.Empty(Read("""{"id":7,"status":"checkout-draft","total":"1.00","currency":"EUR"}""", ("X-WC-Webhook-Topic", "order.created")).Events);

    private string? IdentityOf(string topic, string delivery, int id, string modifiedAt) =>
        Read($$"""{"id":{{id}},"date_modified_gmt":"{{modifiedAt}}"}""", ("X-WC-Webhook-Topic", topic), ("X-WC-Webhook-Delivery-ID", delivery)).EventId;

    private static RawRequest Form(string body) =>
        new("POST", "", new HeaderDictionary { ["Content-Type"] = "application/x-www-form-urlencoded; charset=UTF-8" }, Encoding.UTF8.GetBytes(body));
}
