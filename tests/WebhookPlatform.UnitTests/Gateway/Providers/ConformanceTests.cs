using System.Text.Json;
using System.Text.Json.Nodes;
using WebhookPlatform.Gateway.Providers;

namespace WebhookPlatform.UnitTests.Gateway.Providers;

/// <summary>
/// Runs a collection of signature vectors and handshakes, most of them from the providers' own documentation and libraries, that is not part of this repository: its path is in the environment variable VECTORS.
/// Without it there is nothing to run, and the tests say so; the project's continuous integration sets it.
/// </summary>
public sealed class ConformanceTests
{
    private const int AllSignatures = 398;
    private const int AllHandshakes = 22;

    public static TheoryData<string, string> SignatureCases => Cases(Vectors.Signatures);

    public static TheoryData<string, string> HandshakeCases => Cases(Vectors.Handshakes);

    [Theory]
    [MemberData(nameof(SignatureCases))]
    public async Task Vector_is_judged_as_its_provider_judges_it(string provider, string name)
    {
        Assert.SkipUnless(Vectors.AreThere, Vectors.NotSet);
        var vector = Find(Vectors.Signatures, provider, name);

        var verification = await VerifyAsync(vector);

        Assert.Contains(verification.Failure, Vectors.ReasonsOf(vector));
        Assert.Equal(vector.GetProperty("expect").GetString() is "valid", verification.IsValid);
    }

    [Theory]
    [MemberData(nameof(HandshakeCases))]
    public async Task Handshake_is_answered_as_documented(string provider, string name)
    {
        Assert.SkipUnless(Vectors.AreThere, Vectors.NotSet);
        var vector = Find(Vectors.Handshakes, provider, name);
        var expected = vector.GetProperty("response");

        var answer = await Handshakes.AnswerAsync(vector);

        Assert.Contains(answer.StatusCode, StatusesOf(expected));
        if (answer.StatusCode is not (>= 200 and < 300))
        {
            return;
        }

        if (expected.TryGetProperty("body", out var body))
        {
            Assert.Equal(body.GetString(), answer.Body);
        }

        if (expected.TryGetProperty("body_json", out var json))
        {
            Assert.True(JsonNode.DeepEquals(JsonNode.Parse(json.GetRawText()), JsonNode.Parse(answer.Body)), answer.Body);
        }

        if (answer.Body.Length > 0 && expected.TryGetProperty("headers", out var headers) && headers.TryGetProperty("Content-Type", out var media))
        {
            Assert.Equal(media.GetString(), answer.ContentType);
        }
    }

    [Fact]
    public void Files_have_all_the_vectors_they_are_known_for()
    {
        Assert.SkipUnless(Vectors.AreThere, Vectors.NotSet);

        Assert.InRange(Vectors.Signatures.Count, AllSignatures, int.MaxValue);
        Assert.InRange(Vectors.Handshakes.Count, AllHandshakes, int.MaxValue);
    }

    internal static ValueTask<Verification> VerifyAsync(JsonElement vector)
    {
        var source = Vectors.SourceOf(vector);
        var request = Vectors.RequestOf(vector);
        var now = Vectors.NowOf(vector);
        return source.Provider is IRemoteProvider remote
            ? remote.VerifyAsync(request, source, Vectors.QueriesOf(vector), now, CancellationToken.None)
            : new(source.Provider.Verify(request, source, now));
    }

    private static IEnumerable<int> StatusesOf(JsonElement expected) => expected.TryGetProperty("any_of_status", out var several)
        ? several.EnumerateArray().Select(status => status.GetInt32())
        : [expected.GetProperty("status").GetInt32()];

    private static JsonElement Find(IReadOnlyList<JsonElement> vectors, string provider, string name) =>
        vectors.Single(v => string.Equals(Vectors.ProviderOf(v), provider, StringComparison.Ordinal) && string.Equals(Vectors.NameOf(v), name, StringComparison.Ordinal));

    private static TheoryData<string, string> Cases(IReadOnlyList<JsonElement> vectors)
    {
        var cases = new TheoryData<string, string>();
        if (vectors.Count == 0)
        {
            cases.Add("none", "VECTORS is not set");
        }

        foreach (var vector in vectors)
        {
            cases.Add(Vectors.ProviderOf(vector), Vectors.NameOf(vector));
        }

        return cases;
    }
}
