using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using WebhookPlatform.Gateway.Ingress;
using WebhookPlatform.Gateway.Providers;
using WebhookPlatform.Gateway.Sources;

namespace WebhookPlatform.UnitTests.Gateway.Providers;

/// <summary>What holds for every provider, however it proves its requests. Each provider's tests derive from it and say how the provider signs.</summary>
public abstract class ProviderContract
{
    protected static readonly DateTimeOffset Now = new(2026, 3, 14, 15, 9, 26, TimeSpan.Zero);

    /// <summary>A small JSON body of our own with a character that needs two bytes.</summary>
    protected static byte[] Body => Encoding.UTF8.GetBytes("""{"hello":"wörld","n":1}""");

    protected abstract IWebhookProvider Provider { get; }

    /// <summary>The header that carries the proof.</summary>
    protected abstract string ProofHeader { get; }

    /// <summary>Values of <see cref="ProofHeader"/> that cannot be parsed.</summary>
    protected abstract IReadOnlyList<string> MalformedProofs { get; }

    protected virtual VerificationFailure Mismatch => VerificationFailure.SignatureMismatch;

    protected virtual string Secret => "first-secret-of-these-tests";

    protected virtual string OtherSecret => "second-secret-of-these-tests";

    /// <summary>False for a provider that never sends an empty body and so does not believe one.</summary>
    protected virtual bool AcceptsEmptyBody => true;

    protected abstract void Sign(IHeaderDictionary headers, byte[] body, string secret, DateTimeOffset at);

    protected virtual Source Configure(Source source) => source;

    [Fact]
    public void Signed_request_is_accepted() =>
        Assert.Equal(Verification.Valid(0), Verify(SignedRequest(Body, Secret), Secret));

    [Fact]
    public void Signed_empty_body_is_accepted() =>
        Assert.Equal(AcceptsEmptyBody ? Verification.Valid(0) : Mismatch, Verify(SignedRequest([], Secret), Secret));

    [Fact]
    public void Second_of_two_secrets_is_accepted_and_told() =>
        Assert.Equal(Verification.Valid(1), Verify(SignedRequest(Body, Secret), OtherSecret, Secret));

    [Fact]
    public void Secret_configured_twice_is_told_by_its_first_place() =>
        Assert.Equal(Verification.Valid(1), Verify(SignedRequest(Body, Secret), OtherSecret, Secret, Secret));

    [Fact]
    public void Wrong_secret_is_refused() =>
        Assert.Equal(Mismatch, Verify(SignedRequest(Body, Secret), OtherSecret).Failure);

    [Fact]
    public void Source_without_secrets_accepts_nothing() =>
        Assert.False(Verify(SignedRequest(Body, Secret)).IsValid);

    [Fact]
    public void Missing_proof_is_refused_as_missing()
    {
        var request = SignedRequest(Body, Secret);
        request.Headers.Remove(ProofHeader);

        Assert.Equal(VerificationFailure.MissingHeader, Verify(request, Secret).Failure);
    }

    [Fact]
    public void Empty_proof_is_refused_as_missing()
    {
        var request = SignedRequest(Body, Secret);
        request.Headers[ProofHeader] = "";

        Assert.Equal(VerificationFailure.MissingHeader, Verify(request, Secret).Failure);
    }

    [Fact]
    public void Repeated_proof_is_refused_even_if_both_are_right()
    {
        var request = SignedRequest(Body, Secret);
        request.Headers[ProofHeader] = new StringValues([request.Headers[ProofHeader], request.Headers[ProofHeader]]);

        Assert.Equal(VerificationFailure.MalformedHeader, Verify(request, Secret).Failure);
    }

    [Fact]
    public void Malformed_proof_is_refused_as_malformed() =>
        Assert.All(MalformedProofs, proof =>
        {
            var request = SignedRequest(Body, Secret);
            request.Headers[ProofHeader] = proof;

            Assert.Equal(VerificationFailure.MalformedHeader, Verify(request, Secret).Failure);
        });

    [Fact]
    public void Source_with_a_secret_can_be_used() =>
        Assert.Empty(Provider.Validate(SourceWith(Secret, OtherSecret)));

    [Fact]
    public void Source_without_or_with_an_empty_secret_is_told_what_to_set()
    {
        Assert.Contains(Provider.Validate(SourceWith()), finding => finding.Contains("Secrets:0", StringComparison.Ordinal));
        Assert.Contains(Provider.Validate(SourceWith(Secret, " ")), finding => finding.Contains("Secrets:1", StringComparison.Ordinal));
        Assert.Contains(Provider.Validate(SourceWith(Secret + "\n")), finding => finding.Contains("line break", StringComparison.Ordinal));
    }

    [Fact]
    public void Nothing_that_is_told_about_a_refusal_holds_the_secret()
    {
        var source = SourceWith(Secret + "\n");
        string?[] told = [Verify(SignedRequest(Body, OtherSecret), Secret).ToString(), .. Provider.Validate(source), source.ToString(), source.Secrets[0].ToString(), source.Secrets[0].Hint];

        Assert.All(told, text => Assert.DoesNotContain(Secret, text, StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public void Kept_headers_hold_neither_secret_nor_signature() =>
        Assert.DoesNotContain(ProofHeader, Provider.KeptHeaders, StringComparer.OrdinalIgnoreCase);

    protected RawRequest SignedRequest(byte[] body, string secret, DateTimeOffset? at = null)
    {
        var headers = new HeaderDictionary { ["Content-Type"] = "application/json" };
        Sign(headers, body, secret, at ?? Now);
        return new RawRequest("POST", "", headers, body);
    }

    protected Verification Verify(in RawRequest request, params string[] secrets) => Provider.Verify(request, SourceWith(secrets), Now);

    protected Source SourceWith(params string[] secrets) =>
        Configure(new Source { Name = "shop", Provider = Provider, Secrets = [.. secrets.Select(secret => new SourceSecret(secret))] });

    protected Webhook Read(string body, params (string Name, string Value)[] headers)
    {
        var all = new HeaderDictionary { ["Content-Type"] = "application/json" };
        foreach (var (name, value) in headers)
        {
            all[name] = value;
        }

        return Provider.Read(new RawRequest("POST", "", all, Encoding.UTF8.GetBytes(body)), SourceWith(Secret));
    }
}

/// <summary>What holds for providers whose proof covers the body.</summary>
public abstract class SigningProviderContract : ProviderContract
{
    [Fact]
    public void Any_changed_byte_of_the_body_is_noticed() =>
        Assert.All(Enumerable.Range(0, Body.Length), at =>
        {
            var tampered = Body;
            tampered[at] ^= 1;

            Assert.Equal(VerificationFailure.SignatureMismatch, Verify(SignedRequest(Body, Secret) with { Body = tampered }, Secret).Failure);
        });

    [Fact]
    public void Added_removed_and_rewritten_bytes_are_noticed() =>
        Assert.All(new byte[][] { [.. Body, (byte)'\n'], Body[..^1], [0xEF, 0xBB, 0xBF, .. Body], [] }, tampered =>
            Assert.Equal(VerificationFailure.SignatureMismatch, Verify(SignedRequest(Body, Secret) with { Body = tampered }, Secret).Failure));

    [Fact]
    public void Signature_made_with_an_empty_secret_is_never_accepted() =>
        Assert.False(Verify(SignedRequest(Body, ""), "").IsValid);
}

/// <summary>What holds for providers that also sign the time.</summary>
public abstract class TimedProviderContract : SigningProviderContract
{
    [Theory]
    [InlineData(-300, null)]
    [InlineData(-301, VerificationFailure.StaleTimestamp)]
    [InlineData(-86_400, VerificationFailure.StaleTimestamp)]
    [InlineData(300, null)]
    [InlineData(301, VerificationFailure.FutureTimestamp)]
    [InlineData(86_400, VerificationFailure.FutureTimestamp)]
    public void Time_may_differ_by_the_tolerance_in_both_directions(int seconds, VerificationFailure? expected) =>
        Assert.Equal(expected, Verify(SignedRequest(Body, Secret, Now.AddSeconds(seconds)), Secret).Failure);

    [Fact]
    public void Tolerance_is_the_sources()
    {
        var source = SourceWith(Secret) with { Tolerance = TimeSpan.FromSeconds(10) };

        Assert.True(Provider.Verify(SignedRequest(Body, Secret, Now.AddSeconds(-10)), source, Now).IsValid);
        Assert.Equal(VerificationFailure.StaleTimestamp, Provider.Verify(SignedRequest(Body, Secret, Now.AddSeconds(-11)), source, Now).Failure);
    }

    [Fact]
    public void Forged_old_request_is_a_mismatch_rather_than_stale() =>
        Assert.Equal(VerificationFailure.SignatureMismatch, Verify(SignedRequest(Body, OtherSecret, Now.AddDays(-1)), Secret).Failure);
}
