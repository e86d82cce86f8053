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

    [Theory]
    [InlineData("s3:ObjectRemoved:Delete", "", true)]
    [InlineData("s3:ObjectRemoved:Delete", "v1", false)]
    [InlineData("s3:ObjectRemoved:DeleteMarkerCreated", "v2", true)]
    [InlineData("ObjectRemoved:DeleteMarkerCreated", "v2", true)]
    [InlineData("LifecycleExpiration:Delete", "", true)]
    [InlineData("s3:ObjectRemoved:NoOP", "", false)]
    [InlineData("s3:ObjectAccessed:Get", "", false)]
    public void File_is_deleted_when_it_is_gone_and_not_with_one_of_its_versions(string name, string version, bool isDeleted)
    {
        var webhook = Read($$$$"""{"EventName":"{{{{name}}}}","Records":[{"eventName":"{{{{name}}}}","s3":{"bucket":{"name":"b"},"object":{"key":"k","versionId":"{{{{version}}}}"}}}]}""");

        Assert.Equal(isDeleted ? ["FileDeleted"] : [], webhook.Events.Select(draft => draft.Name), StringComparer.Ordinal);
    }

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

        Assert.Equal(["b/first", "b/gone", "b/last"], webhook.Events.Select(draft => draft.Subject), StringComparer.Ordinal);
    }
}
