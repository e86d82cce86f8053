using System.Text;
using CsCheck;
using WebhookPlatform.Dashboard.Projections;

namespace WebhookPlatform.UnitTests.Dashboard;

public sealed class SafeTextTests
{
    [Theory]
    [InlineData(null, "")]
    [InlineData("", "")]
    [InlineData("ten chars!", "ten chars!")]
    [InlineData("eleven char", "eleven ch…")]
    [InlineData("a\0b\nc", "a b c")]
    [InlineData("12345678😀", "12345678😀")]
    [InlineData("123456789😀", "123456789…")]
    [InlineData("12345678😀x", "12345678…")]
    public void Text_is_cut_at_whole_characters_and_cleaned(string? text, string expected) => Assert.Equal(expected, SafeText.Clip(text, 10));

    [Fact]
    public void Half_a_surrogate_pair_is_replaced() => Assert.Equal("a\uFFFDb", SafeText.Clip("a\uD83Db", 10));

    [Fact]
    public void Whatever_comes_in_what_comes_out_fits_and_is_well_formed() =>
        Gen.Select(Gen.Char.Array[0, 40], Gen.Int[1, 20]).Sample((characters, longest) =>
        {
            var clipped = SafeText.Clip(new string(characters), longest);
            Assert.True(clipped.Length <= longest);
            Assert.DoesNotContain(clipped, char.IsControl);
            Assert.Equal(clipped, new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(new UTF8Encoding(false, throwOnInvalidBytes: true).GetBytes(clipped)));
        });
}
