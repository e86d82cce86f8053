using Microsoft.AspNetCore.Http;
using WebhookPlatform.Gateway.Providers;

namespace WebhookPlatform.UnitTests.Gateway.Providers;

public sealed class MinioProviderTests : ProviderContract
{
    protected override IWebhookProvider Provider { get; } = new MinioProvider();

    protected override string ProofHeader => "Authorization";

    protected override IReadOnlyList<string> MalformedProofs => [];

    protected override VerificationFailure Mismatch => VerificationFailure.TokenMismatch;

    protected override void Sign(IHeaderDictionary headers, byte[] body, string secret, DateTimeOffset at) => headers[ProofHeader] = $"Bearer {secret}";

    [Fact]
    public void Empty_token_is_never_accepted() => Assert.False(Verify(SignedRequest(Body, ""), "").IsValid);

    [Theory]
    [InlineData("abc123", "Bearer abc123", null)]
    [InlineData("abc123", "bearer abc123", null)]
    [InlineData("abc123", "abc123", null)]
    [InlineData("abc123", "Basic abc123", VerificationFailure.TokenMismatch)]
    [InlineData("abc123", "Bearer", VerificationFailure.TokenMismatch)]
    [InlineData("Basic abc123", "Basic abc123", null)]
    [InlineData("Bearer abc123", "Bearer abc123", null)]
    [InlineData("Basic abc123", "abc123", VerificationFailure.TokenMismatch)]
    [InlineData("Basic abc123", "Bearer abc123", VerificationFailure.TokenMismatch)]
    public void Token_is_sent_after_bearer_unless_it_has_a_scheme_of_its_own(string secret, string header, VerificationFailure? expected)
    {
        var request = SignedRequest(Body, "unused");
        request.Headers.Authorization = header;

        Assert.Equal(expected, Verify(request, secret).Failure);
    }

    [Theory]
    [InlineData("s3:ObjectCreated:Put", "", "FileUploaded")]
    [InlineData("s3:ObjectCreated:CompleteMultipartUpload", "v1", "FileUploaded")]
    [InlineData("s3:ObjectCreated:PutTagging", "", "FileChanged")]
    [InlineData("s3:ObjectCreated:PutLegalHold", "", "FileChanged")]
    [InlineData("s3:ObjectRemoved:Delete", "", "FileDeleted")]
    [InlineData("ObjectRemoved:Delete", "null", "FileDeleted")]
    [InlineData("s3:ObjectRemoved:Delete", "v1", null)]
    [InlineData("s3:ObjectRemoved:DeleteMarkerCreated", "v2", "FileDeleted")]
    [InlineData("ObjectRemoved:DeleteMarkerCreated", "v2", "FileDeleted")]
    [InlineData("LifecycleExpiration:Delete", "", "FileDeleted")]
    [InlineData("s3:ObjectAccessed:Get", "", null)]
    [InlineData("s3:ObjectRemoved:NoOP", "", null)]
    public void Records_tell_what_became_of_a_file(string name, string version, string? expected)
    {
        var webhook = Read($$$$"""{"Records":[{"eventName":"{{{{name}}}}","s3":{"bucket":{"name":"b"},"object":{"key":"k","versionId":"{{{{version}}}}"}}}]}""");

        Assert.Equal(expected is null ? [] : [expected], webhook.Events.Select(draft => draft.Name), StringComparer.Ordinal);
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
