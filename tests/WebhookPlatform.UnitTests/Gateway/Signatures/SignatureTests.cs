using System.Security.Cryptography;
using System.Text;
using CsCheck;
using WebhookPlatform.Gateway.Signatures;
using WebhookPlatform.Gateway.Sources;

namespace WebhookPlatform.UnitTests.Gateway.Signatures;

public sealed class SignatureTests
{
    /// <summary>RFC 4231, test case 2, and RFC 2202, test case 2: the same key and text.</summary>
    [Theory]
    [InlineData(HmacAlgorithm.Sha256, "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843")]
    [InlineData(HmacAlgorithm.Sha1, "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79")]
    [InlineData(HmacAlgorithm.Sha512, "164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea2505549758bf75c05a994a6d034f65f8f0e6fdcaeab1a34d4a6b4b636e070a38bce737")]
    public void Hmac_agrees_with_the_standards_examples_however_the_text_is_split(HmacAlgorithm algorithm, string expected)
    {
        var text = "what do ya want for nothing?"u8;
        var mac = new byte[HmacSignature.Size(algorithm)];
        for (var split = 0; split <= text.Length; split++)
        {
            HmacSignature.Compute(algorithm, "Jefe"u8, text[..split], text[split..], mac);
            Assert.Equal(expected, Convert.ToHexStringLower(mac));
        }
    }

    [Fact]
    public void Presented_signature_is_found_in_any_place_and_undecodable_ones_do_no_harm()
    {
        var expected = SHA256.HashData("x"u8);
        var presented = new PresentedSignatures(stackalloc byte[PresentedSignatures.Capacity * 32], 32);
        Assert.False(presented.AddHex("potato"));
        Assert.False(presented.AddBase64("also not"));
        Assert.True(presented.AddHex(Convert.ToHexString(SHA256.HashData("y"u8))));
        Assert.False(presented.Contains(expected));
        Assert.True(presented.AddBase64(Convert.ToBase64String(expected)));

        Assert.True(presented.Contains(expected));
        Assert.Equal((4, 2), (presented.Count, presented.Decoded));
    }

    [Fact]
    public void Surplus_signatures_are_counted_and_not_looked_at()
    {
        var presented = new PresentedSignatures(stackalloc byte[PresentedSignatures.Capacity * 32], 32);
        for (var i = 0; i < PresentedSignatures.Capacity; i++)
        {
            Assert.True(presented.AddHex(new string('a', 64)));
        }

        Assert.False(presented.IsOverfull);
        Assert.False(presented.AddHex(new string('b', 64)));
        Assert.True(presented.IsOverfull);
    }

    [Fact]
    public void Undecodable_signature_never_matches_what_is_left_in_the_buffer()
    {
        var expected = new byte[32];
        var presented = new PresentedSignatures(stackalloc byte[PresentedSignatures.Capacity * 32], 32);
        presented.AddHex("zz");

        Assert.False(presented.Contains(expected));
    }

    [Fact]
    public void Token_is_found_exactly_when_it_is_one_of_the_secrets() =>
        Gen.Select(Gen.String, Gen.String).Sample((secret, presented) =>
            Assert.Equal(
                secret.Length > 0 && Encoding.UTF8.GetBytes(secret).AsSpan().SequenceEqual(Encoding.UTF8.GetBytes(presented)) ? 1 : -1,
                SharedToken.FindSecret(presented, [new SourceSecret("another"), new SourceSecret(secret)])));

    [Fact]
    public void Secret_of_any_length_decodes_with_and_without_padding_and_prefix() =>
        Gen.Byte.Array[1, StandardWebhooksSecret.MaxKeySize].Sample(key =>
        {
            var base64 = Convert.ToBase64String(key);
            Assert.All(new[] { base64, base64.TrimEnd('='), "whsec_" + base64, "whsec_" + base64.TrimEnd('='), "whpk_" + base64 }, text =>
            {
                Assert.True(StandardWebhooksSecret.TryDecode(new SourceSecret(text), new byte[StandardWebhooksSecret.MaxKeySize], out var decoded));
                Assert.Equal(key, decoded.ToArray());
            });
        });

    [Theory]
    [InlineData("")]
    [InlineData("=")]
    [InlineData("whsec_")]
    [InlineData("a")]
    [InlineData("ab!c")]
    [InlineData("whsec_whsec_")]
    public void Secret_that_is_no_base64_does_not_decode(string text) =>
        Assert.False(StandardWebhooksSecret.TryDecode(new SourceSecret(text), new byte[StandardWebhooksSecret.MaxKeySize], out _));

    /// <summary>RFC 8032, section 7.1, test 2.</summary>
    [Fact]
    public void Ed25519_agrees_with_the_standards_example()
    {
        var key = Convert.FromHexString("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c");
        var presented = new PresentedSignatures(stackalloc byte[PresentedSignatures.Capacity * 64], 64);
        presented.AddHex("92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00");

        Assert.True(Ed25519Signature.IsPublicKey(key));
        Assert.True(Ed25519Signature.IsSignedWith(key, [0x72], [], presented));
        Assert.True(Ed25519Signature.IsSignedWith(key, [], [0x72], presented));
        Assert.False(Ed25519Signature.IsSignedWith(key, [], [0x73], presented));
        Assert.False(Ed25519Signature.IsSignedWith(new byte[32], [], [0x72], presented));
    }
}
