using System.Text.Json;
using Microsoft.Extensions.Options;
using WebhookPlatform.Automation.Actions;
using WebhookPlatform.Automation.Rules;
using WebhookPlatform.Messaging.Events;
using WebhookPlatform.ServiceDefaults.Outbound;

namespace WebhookPlatform.UnitTests.Automation;

public sealed class RuleReaderTests
{
    private const string Secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    private static readonly HttpAction Stored = new()
    {
        Id = "act_1",
        Url = "https://example.com/hook",
        Method = "POST",
        Secret = Secret,
        Headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase) { ["Authorization"] = "Bearer stored" },
    };

    [Fact]
    public void A_valid_rule_is_read_with_defaults()
    {
        var content = Read("""{"name":" Tell the ERP ","eventType":"PaymentCompleted","conditions":[{"field":"amount.minorUnits","operator":"atLeast","value":100000}],"actions":[{"type":"http","url":"https://example.com/hook"}]}""", out var errors);

        Assert.False(errors.Any);
        Assert.Equal("Tell the ERP", content!.Name);
        Assert.True(content.Enabled);
        Assert.Equal(new Condition("amount.minorUnits", ConditionOperator.AtLeast, "100000"), Assert.Single(content.Conditions));
        var action = Assert.IsType<HttpAction>(Assert.Single(content.Actions));
        Assert.Equal("POST", action.Method);
        Assert.True(StandardWebhooksSignature.IsSecret(action.Secret));
        Assert.Contains(action.Id, content.NewSecrets);
    }

    [Theory]
    [InlineData("name", """{"eventType":"*","actions":[{"type":"notify","channel":"in-app","title":"x"}]}""")]
    [InlineData("name", """{"name":"a\nb","eventType":"*","actions":[{"type":"notify","channel":"in-app","title":"x"}]}""")]
    [InlineData("eventType", """{"name":"a","actions":[{"type":"notify","channel":"in-app","title":"x"}]}""")]
    [InlineData("eventType", """{"name":"a","eventType":"paymentcompleted","actions":[{"type":"notify","channel":"in-app","title":"x"}]}""")]
    [InlineData("conditions[1]", """{"name":"a","eventType":"*","conditions":[{"field":"f","operator":"exists"},{"field":"f","operator":"like","value":"x"}],"actions":[{"type":"notify","channel":"in-app","title":"x"}]}""")]
    [InlineData("conditions[0]", """{"name":"a","eventType":"*","conditions":[null],"actions":[{"type":"notify","channel":"in-app","title":"x"}]}""")]
    [InlineData("actions", """{"name":"a","eventType":"*"}""")]
    [InlineData("actions[0].type", """{"name":"a","eventType":"*","actions":[{"type":"shell"}]}""")]
    [InlineData("actions[0].type", """{"name":"a","eventType":"*","actions":[null]}""")]
    [InlineData("actions[0].id", """{"name":"a","eventType":"*","actions":[{"type":"http","id":"act_2","url":"https://example.com"}]}""")]
    [InlineData("actions[0].url", """{"name":"a","eventType":"*","actions":[{"type":"http"}]}""")]
    [InlineData("actions[0].url", """{"name":"a","eventType":"*","actions":[{"type":"http","url":"http://169.254.169.254/"}]}""")]
    [InlineData("actions[0].method", """{"name":"a","eventType":"*","actions":[{"type":"http","url":"https://example.com","method":"DELETE"}]}""")]
    [InlineData("actions[0].secret", """{"name":"a","eventType":"*","actions":[{"type":"http","url":"https://example.com","secret":"abc"}]}""")]
    [InlineData("actions[0].secret", """{"name":"a","eventType":"*","actions":[{"type":"http","url":"https://example.com","secret":"***"}]}""")]
    [InlineData("actions[0].body", """{"name":"a","eventType":"*","actions":[{"type":"http","url":"https://example.com","body":"{% if %}"}]}""")]
    [InlineData("actions[0].headers.webhook-id", """{"name":"a","eventType":"*","actions":[{"type":"http","url":"https://example.com","headers":{"webhook-id":"1"}}]}""")]
    [InlineData("actions[0].headers.Host", """{"name":"a","eventType":"*","actions":[{"type":"http","url":"https://example.com","headers":{"Host":"internal"}}]}""")]
    [InlineData("actions[0].headers.X-A", """{"name":"a","eventType":"*","actions":[{"type":"http","url":"https://example.com","headers":{"X-A":"1\r\nX-B: 2"}}]}""")]
    [InlineData("actions[0].headers.X A", """{"name":"a","eventType":"*","actions":[{"type":"http","url":"https://example.com","headers":{"X A":"1"}}]}""")]
    [InlineData("actions[0].headers.X-Api-Key", """{"name":"a","eventType":"*","actions":[{"type":"http","url":"https://example.com","headers":{"X-Api-Key":"***"}}]}""")]
    [InlineData("actions[1].channel", """{"name":"a","eventType":"*","actions":[{"type":"notify","channel":"in-app","title":"x"},{"type":"notify","channel":"pager","title":"x"}]}""")]
    [InlineData("actions[0].target", """{"name":"a","eventType":"*","actions":[{"type":"notify","channel":"email","title":"x"}]}""")]
    [InlineData("actions[0].target", """{"name":"a","eventType":"*","actions":[{"type":"notify","channel":"chat","title":"x","target":"http://10.0.0.1/hook"}]}""")]
    [InlineData("actions[0].title", """{"name":"a","eventType":"*","actions":[{"type":"notify","channel":"in-app"}]}""")]
    [InlineData("actions[0].title", """{"name":"a","eventType":"*","actions":[{"type":"notify","channel":"in-app","title":"{{ event. }}"}]}""")]
    public void What_is_wrong_is_told_at_its_field(string field, string json)
    {
        Assert.Null(Read(json, out var errors));
        Assert.Equal(field, Assert.Single(errors.ByField).Key);
    }

    [Fact]
    public void Everything_that_is_wrong_is_told_at_once()
    {
        Assert.Null(Read("""{"eventType":"x","actions":[{"type":"http","url":"ftp://a","method":"GET"}]}""", out var errors));
        Assert.Equal(["actions[0].method", "actions[0].url", "eventType", "name"], errors.ByField.Keys.Order(StringComparer.Ordinal), StringComparer.Ordinal);
    }

    [Fact]
    public void A_known_action_keeps_its_secrets_when_they_come_back_hidden()
    {
        var content = Read("""{"name":"a","eventType":"*","actions":[{"type":"http","id":"act_1","url":"https://example.com/new","secret":"***","headers":{"authorization":"***"}}]}""", out _);

        var action = Assert.IsType<HttpAction>(Assert.Single(content!.Actions));
        Assert.Equal(("act_1", "https://example.com/new", Secret, "Bearer stored"), (action.Id, action.Url, action.Secret, action.Headers["Authorization"]));
        Assert.Empty(content.NewSecrets);
    }

    [Fact]
    public void A_view_shows_no_secret()
    {
        var shown = JsonSerializer.Serialize(ActionView.Of(Stored, showSecret: false));
        Assert.DoesNotContain(Secret, shown, StringComparison.Ordinal);
        Assert.DoesNotContain("Bearer stored", shown, StringComparison.Ordinal);
    }

    private static RuleContent? Read(string json, out FieldErrors errors) =>
        new RuleReader(new OutboundGuard(Options.Create(new OutboundOptions()))).Read(JsonSerializer.Deserialize<RuleInput>(json, JsonSerializerOptions.Web)!, [Stored], out errors);
}
