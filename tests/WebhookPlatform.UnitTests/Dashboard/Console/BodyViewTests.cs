using System.Text;
using WebhookPlatform.Dashboard.Console.Gateway;

namespace WebhookPlatform.UnitTests.Dashboard.Console;

public sealed class BodyViewTests
{
    [Fact]
    public void Json_is_indented_and_told_apart_by_token()
    {
        var view = Show("""{"a":1.50,"b":[true,null],"c":{},"d":"é"}""");

        Assert.Equal(
            """
            {
              <span class="key">&quot;a&quot;</span>: <span class="number">1.50</span>,
              <span class="key">&quot;b&quot;</span>: [
                <span class="word">true</span>,
                <span class="word">null</span>
              ],
              <span class="key">&quot;c&quot;</span>: {},
              <span class="key">&quot;d&quot;</span>: <span class="string">&quot;&#xE9;&quot;</span>
            }
            """,
            view.PrettyHtml);
    }

    [Theory]
    [InlineData("""{"x":"<script>alert(1)</script>"}""")]
    [InlineData("""{"<img src=x onerror=alert(1)>":"&amp;"}""")]
    public void Markup_in_a_body_stays_text(string body)
    {
        var html = Show(body).PrettyHtml!;

        Assert.DoesNotContain("<script", html, StringComparison.Ordinal);
        Assert.DoesNotContain("<img", html, StringComparison.Ordinal);
        Assert.DoesNotContain("\"&amp;\"", html, StringComparison.Ordinal);
    }

    [Fact]
    public void Repeated_keys_and_large_numbers_are_shown_as_sent()
    {
        var html = Show("""{"n":123456789012345678901234567890,"n":1e400}""").PrettyHtml!;

        Assert.Contains("123456789012345678901234567890", html, StringComparison.Ordinal);
        Assert.Contains("1e400", html, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("payload=%7B%7D&token=1")]
    [InlineData("""{"broken":""")]
    [InlineData("{} {}")]
    public void What_is_not_json_is_shown_as_text(string body)
    {
        var view = Show(body);

        Assert.Null(view.PrettyHtml);
        Assert.Equal(body, view.Raw);
    }

    [Fact]
    public void Bytes_that_are_no_text_are_shown_in_hexadecimal()
    {
        var view = BodyView.Of([0xFF, 0x00, 0x9F, 0x92, 0x96], 5);

        Assert.Equal("FF009F9296", view.Raw);
        Assert.StartsWith("Not text", view.Note, StringComparison.Ordinal);
    }

    [Fact]
    public void A_long_body_is_cut_between_characters_and_says_so()
    {
        var body = Encoding.UTF8.GetBytes("a" + new string('é', 60_000));

        var view = BodyView.Of(body, body.Length);

        Assert.Null(view.PrettyHtml);
        Assert.DoesNotContain('\uFFFD', view.Raw);
        Assert.Equal("The first 65,536 of 120,001 bytes.", view.Note);
    }

    [Fact]
    public void An_empty_body_is_called_empty() => Assert.Equal("The body is empty.", BodyView.Of([], 0).Note);

    private static BodyView Show(string body)
    {
        var bytes = Encoding.UTF8.GetBytes(body);
        return BodyView.Of(bytes, bytes.Length);
    }
}
