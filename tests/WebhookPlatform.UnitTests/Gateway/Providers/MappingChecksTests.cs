using WebhookPlatform.Gateway.Providers.Mapping;
using WebhookPlatform.Gateway.Sources;

namespace WebhookPlatform.UnitTests.Gateway.Providers;

public sealed class MappingChecksTests
{
    private static readonly (string, string)[] Complete = [("PaymentId", "id"), ("amount", "amount"), ("Currency", "=USD")];

    [Fact]
    public void Complete_mapping_has_nothing_wrong() =>
        Assert.Empty(MappingChecks.Find(new FieldMapping("id", "type|event", "data.0.at", [Rule("PaymentCompleted", Complete)])));

    [Fact]
    public void Unknown_event_is_named_with_those_there_are() =>
        AssertFinding(Rule("PaymentComplete", Complete), "'PaymentComplete' is no event", "PaymentCompleted");

    [Fact]
    public void Webhook_received_cannot_be_mapped() =>
        AssertFinding(Rule("WebhookReceived"), "'WebhookReceived' is no event");

    [Fact]
    public void Missing_field_is_named() =>
        AssertFinding(Rule("PaymentCompleted", ("PaymentId", "id"), ("Amount", "amount")), "PaymentCompleted needs Currency");

    [Theory]
    [InlineData("Amount")]
    [InlineData("currency")]
    public void Amount_and_currency_go_together_where_they_are_optional(string alone)
    {
        AssertFinding(Rule("OrderPlaced", ("OrderId", "id"), (alone, "x")), "Amount and Currency together");
        Assert.Empty(MappingChecks.Find(FieldMapping.None with { Rules = [Rule("OrderPlaced", ("OrderId", "id"), ("Amount", "x"), ("Currency", "=EUR"))] }));
    }

    [Fact]
    public void Unknown_field_is_named_with_those_there_are() =>
        AssertFinding(Rule("PaymentCompleted", [.. Complete, ("Order", "order")]), "no field 'Order'", "OrderId");

    [Theory]
    [InlineData("")]
    [InlineData("a..b")]
    [InlineData(".a")]
    [InlineData("a|")]
    [InlineData("=")]
    public void Broken_path_is_shown(string path)
    {
        AssertFinding(Rule("PaymentCompleted", [("PaymentId", path), .. Complete[1..]]), $"'{path}' is no field path");
        Assert.Contains("EventIdField", Assert.Single(MappingChecks.Find(FieldMapping.None with { EventIdField = path })), StringComparison.Ordinal);
    }

    [Fact]
    public void Rule_that_hides_others_is_named() =>
        Assert.Contains("Map:0", Assert.Single(MappingChecks.Find(FieldMapping.None with
        {
            Rules = [Rule("PaymentCompleted", Complete) with { When = new Dictionary<string, string>(StringComparer.Ordinal) }, Rule("PaymentCompleted", Complete)],
        })), StringComparison.Ordinal);

    [Fact]
    public void Field_named_twice_is_told_and_does_no_harm()
    {
        var rule = Rule("PaymentCompleted", [.. Complete, ("Amount", "other")]);

        AssertFinding(rule, "more than once");
        Assert.Single(new CompiledMapping(FieldMapping.None with { Rules = [rule] }).Read("""{"event":"e","id":"p","amount":1}"""u8).Events);
    }

    private static void AssertFinding(MappingRule rule, params string[] parts)
    {
        var finding = Assert.Single(MappingChecks.Find(FieldMapping.None with { Rules = [rule] }));
        Assert.All(parts, part => Assert.Contains(part, finding, StringComparison.Ordinal));
    }

    private static MappingRule Rule(string name, params (string Field, string Path)[] fields) => new(
        new Dictionary<string, string>(StringComparer.Ordinal) { ["event"] = "e" },
        name,
        fields.ToDictionary(pair => pair.Field, pair => pair.Path, StringComparer.Ordinal));
}
