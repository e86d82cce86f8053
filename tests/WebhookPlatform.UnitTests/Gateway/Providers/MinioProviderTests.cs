using Microsoft.AspNetCore.Http;
using WebhookPlatform.Gateway.Providers;

namespace WebhookPlatform.UnitTests.Gateway.Providers;

public sealed class MinioProviderTests : ProviderContract
{
    protected override IWebhookProvider Provider { get; } = new MinioProvider();

    protected override string ProofHeader => "Authorization";

    protected override IReadOnlyList<string> MalformedProofs => [Secret, "Bearer", $"Token {Secret}", $"Basic {Secret}"];

    protected override VerificationFailure Mismatch => VerificationFailure.TokenMismatch;

    protected override void Sign(IHeaderDictionary headers, byte[] body, string secret, DateTimeOffset at) => headers[ProofHeader] = $"Bearer {secret}";

    [Fact]
    public void Empty_token_is_never_accepted() => Assert.False(Verify(SignedRequest(Body, ""), "").IsValid);

    [Fact]
    public void One_bad_record_does_not_lose_its_neighbours()
    {
        var webhook = Read("""
            {"EventName":"s3:ObjectCreated:Put","Records":[
              {"eventName":"s3:ObjectCreated:Put","s3":{"bucket":{"name":"b"},"object":{"key":"first"}}},
              {"eventName":"s3:ObjectCreated:Put","s3":{"bucket":{"name":"b"},"object":{"key":"%00"}}},
              7, null, [], "text",
              {"eventName":"s3:ObjectRemoved:Delete","s3":{"bucket":{"name":"b"},"object":{"key":"gone"}}},
              {"eventName":"ObjectCreated:Put","s3":{"bucket":{"name":"b"},"object":{"key":"last","size":99999999999999999999}}}]}
            """);

        Assert.Equal(["b/first", "b/last"], webhook.Events.Select(draft => draft.Subject), StringComparer.Ordinal);
    }
}
