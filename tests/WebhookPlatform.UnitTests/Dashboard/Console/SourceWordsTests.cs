using WebhookPlatform.Dashboard.Console;
using WebhookPlatform.Dashboard.Console.Gateway;
using WebhookPlatform.Dashboard.Console.SourceViews;
using WebhookPlatform.Gateway.Diagnosis;

namespace WebhookPlatform.UnitTests.Dashboard.Console;

public sealed class SourceWordsTests
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(2, 1, 0, 0, 1, 0, 0, "2 let in; 1 here already, sent again meanwhile; 1 still not believed: kept until they expire.", "warn")]
    [InlineData(3, 0, 0, 1, 0, 0, 0, "3 let in; 1 nothing but a handshake, done with.", "good")]
    [InlineData(0, 0, 0, 0, 8, 0, 0, "Nothing let in; 8 still not believed: kept until they expire.", "warn")]
    [InlineData(0, 0, 0, 0, 0, 1, 2, "Nothing let in; 2 could not be judged now: release them again; 1 cannot be decrypted any more.", "warn")]
    [InlineData(0, 0, 1, 0, 0, 0, 0, "1 kept as a conflict: the id of an earlier delivery with another body.", "warn")]
    [InlineData(0, 0, 0, 0, 0, 0, 0, "There was nothing to judge.", "good")]
    public void Release_is_told_in_words(int released, int duplicates, int conflicts, int handshakes, int kept, int unreadable, int postponed, string words, string tone)
    {
        var result = new ReleaseResult(released, duplicates, conflicts, handshakes, kept, unreadable, postponed);

        Assert.Equal((words, tone), (SourceWords.Released(result), SourceWords.Tone(result)));
    }

    [Theory]
    [InlineData(null, "no match yet")]
    [InlineData(59, "in use")]
    [InlineData(-1, "in use")]
    [InlineData(60, "used today")]
    [InlineData(24 * 60, "quiet")]
    public void Secret_says_whether_it_is_used(int? minutesAgo, string words) =>
        Assert.Equal(words, SourceWords.Use(new SecretLine("0a1b2c3d", "wh…ew", null, minutesAgo is { } minutes ? Noon.AddMinutes(-minutes) : null, 0), Noon).Words);

    [Fact]
    public void Causes_and_reasons_have_words_and_unknown_ones_stay_as_they_are()
    {
        Assert.Equal("Another secret or a forgery", SourceWords.Cause(Causes.Unexplained));
        Assert.Equal("Body too large", SourceWords.Cause("body-too-large"));
        Assert.Equal("Not signed", SourceWords.Reason("signature-missing"));
        Assert.Equal(("made-up", "made-up"), (SourceWords.Cause("made-up"), SourceWords.Reason("made-up")));
    }

    [Fact]
    public void Every_cause_the_gateway_knows_has_words() => Assert.All(Causes.All, cause => Assert.NotEqual(cause, SourceWords.Cause(cause)));

    [Fact]
    public void Rejection_is_headed_by_its_cause_and_by_its_reason_where_that_is_not_said()
    {
        Assert.Equal("Retired secret", SourceWords.Title("signature-mismatch", Causes.RetiredSecret));
        Assert.All([null, "", Causes.Unknown, Causes.Undiagnosed], cause => Assert.Equal("Signature does not match", SourceWords.Title("signature-mismatch", cause)));
    }

    [Theory]
    [InlineData(1, "1 byte")]
    [InlineData(1023, "1023 bytes")]
    [InlineData(1536, "1.5 KiB")]
    [InlineData(16 * 1024 * 1024, "16.0 MiB")]
    public void Sizes_are_told_in_units_people_read(long bytes, string words) => Assert.Equal(words, Numbers.Bytes(bytes));
}
