using System.Text;
using WebhookPlatform.Gateway.Providers.Payloads;

namespace WebhookPlatform.UnitTests.Gateway.Providers.Payloads;

public sealed class JsonFieldsTests
{
    [Theory]
    [InlineData("""{"a":{"b":"x"}}""", "x")]
    [InlineData("""{"b":"no","a":{"c":{"b":"no"},"b":"x","d":[]}}""", "x")]
    [InlineData("""{"a":{"b":"first"},"a":{"b":"x"}}""", "x")]
    [InlineData("""{"a":{"b":"first"},"a":{}}""", null)]
    [InlineData("""{"a":{"b":"first"},"a":7}""", null)]
    [InlineData("""{"\u0061":{"\u0062":"\u0078"}}""", "x")]
    [InlineData("""{"a":{"b":12.50}}""", "12.50")]
    [InlineData("""{"a":{"b":true}}""", "true")]
    [InlineData("""{"a":{"b":null}}""", null)]
    [InlineData("""{"a":{"b":["x"]}}""", null)]
    [InlineData("""{"a":{"b":"\ud800"}}""", null)]
    [InlineData("""{"a":{"b":"a\u0000b"}}""", "a\uFFFDb")]
    [InlineData("\uFEFF{\"a\":{\"b\":\"x\"}}", "x")]
    [InlineData("""["a"]""", null)]
    [InlineData("""{"A":{"b":"x"}}""", null)]
    public void Text_is_found_by_its_path(string json, string? expected)
    {
        var fields = new JsonFields();
        var field = fields.Add("a.b");

        var values = fields.Read(Encoding.UTF8.GetBytes(json));

        Assert.True(values.IsReadable);
        Assert.Equal(expected, values.Text(field));
    }

    [Theory]
    [InlineData("7", 7L)]
    [InlineData("-7", -7L)]
    [InlineData("\"7\"", 7L)]
    [InlineData("9223372036854775807", long.MaxValue)]
    [InlineData("9223372036854775808", null)]
    [InlineData("7.0", null)]
    [InlineData("7e2", null)]
    [InlineData("\"7 \"", null)]
    [InlineData("\"\"", null)]
    [InlineData("true", null)]
    public void Whole_number_is_one_that_is_written_plainly_and_fits(string number, long? expected)
    {
        var fields = new JsonFields();
        var field = fields.Add("items.1.n");

        Assert.Equal(expected, fields.Read(Encoding.UTF8.GetBytes($$"""{"items":[{"n":1},{"n":{{number}}}]}""")).WholeNumber(field));
    }

    [Theory]
    [InlineData("""{"a":null}""", true)]
    [InlineData("""{"a":1,"a":null}""", true)]
    [InlineData("""{"a":"null"}""", false)]
    [InlineData("""{"b":null}""", false)]
    [InlineData("{", false)]
    public void Null_is_told_from_nothing(string json, bool expected)
    {
        var fields = new JsonFields();
        var field = fields.Add("a");

        Assert.Equal(expected, fields.Read(Encoding.UTF8.GetBytes(json)).IsNull(field));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("{}x")]
    [InlineData("""{"a":1,}""")]
    [InlineData("""{"a\ud800":1}""")]
    [InlineData("not json")]
    public void What_is_no_document_has_no_values(string json)
    {
        var fields = new JsonFields();
        var field = fields.Add("a");

        var values = fields.Read(Encoding.UTF8.GetBytes(json));

        Assert.False(values.IsReadable);
        Assert.Null(values.Text(field));
    }

    [Fact]
    public void Text_that_is_not_utf8_has_its_bytes_replaced()
    {
        var fields = new JsonFields();
        var field = fields.Add("a");

        Assert.Equal("x\uFFFDy", fields.Read([.. "{\"a\":\"x"u8, 0xFF, .. "y\"}"u8]).Text(field));
    }

    [Fact]
    public void Nesting_is_bounded()
    {
        var fields = new JsonFields();
        var field = fields.Add("a");

        Assert.Equal("1", fields.Read(Nested(JsonFields.MaxDepth - 1)).Text(field));
        Assert.False(fields.Read(Nested(JsonFields.MaxDepth)).IsReadable);

        static byte[] Nested(int depth) => Encoding.UTF8.GetBytes("{\"a\":1,\"b\":" + new string('[', depth) + new string(']', depth) + "}");
    }

    [Fact]
    public void Container_and_what_it_contains_can_both_be_read()
    {
        var fields = new JsonFields();
        var (list, first) = (fields.Add("list"), fields.Add("list.0"));

        var values = fields.Read("""{"list":["x",{"y":[1,2]},3]}"""u8);

        var items = new List<string>();
        foreach (var item in values.Items(list))
        {
            items.Add(Encoding.UTF8.GetString(item));
        }

        Assert.Equal("x", values.Text(first));
        Assert.Equal(["\"x\"", """{"y":[1,2]}""", "3"], items);
    }
}
