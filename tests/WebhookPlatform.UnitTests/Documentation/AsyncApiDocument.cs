using System.Text.Json.Nodes;
using WebhookPlatform.Contracts;
using WebhookPlatform.Contracts.Payments;
using WebhookPlatform.Messaging;

namespace WebhookPlatform.UnitTests.Documentation;

/// <summary>The AsyncAPI 3.0 document: a channel for each domain event, which is a fan-out exchange of RabbitMQ, and what its messages look like in MassTransit's envelope.</summary>
/// <remarks>https://www.asyncapi.com/docs/reference/specification/v3.0.0; its AMQP bindings: https://github.com/asyncapi/bindings/tree/master/amqp.</remarks>
internal static class AsyncApiDocument
{
    private const string EnvelopeType = "application/vnd.masstransit+json";

    // Parts that many events share.
    private static readonly Type[] Shared = [typeof(EventMetadata), typeof(Money)];

    public static readonly string File = Repository.PathTo("docs", "asyncapi.json");

    public static JsonObject Create()
    {
        var (channels, operations, messages) = (new JsonObject(), new JsonObject(), new JsonObject());
        var schemas = new JsonObject { ["Envelope"] = Envelope() };
        foreach (var part in Shared)
        {
            schemas[part.Name] = ContractSchema.Of(part);
        }

        foreach (var contract in ContractCatalog.DomainEvents)
        {
            channels[contract.Name] = Channel(contract);
            operations[$"publish{contract.Name}"] = new JsonObject
            {
                ["action"] = "send",
                ["channel"] = Reference($"channels/{contract.Name}"),
                ["messages"] = new JsonArray(Reference($"channels/{contract.Name}/messages/{contract.Name}")),
            };
            messages[contract.Name] = Message(contract);
            schemas[contract.Name] = WithSharedParts(ContractSchema.Of(contract));
        }

        return new JsonObject
        {
            ["asyncapi"] = "3.0.0",
            ["info"] = new JsonObject
            {
                ["title"] = "WebhookPlatform",
                ["version"] = typeof(ContractCatalog).Assembly.GetName().Version!.ToString(3),
                ["description"] = "The events that the gateway publishes to RabbitMQ. Bind a queue of yours to the exchange of an event. Events only grow: a field is never renamed or removed and its type never changes, new ones are optional; bear fields you do not know. What has no value is left out.",
                ["license"] = new JsonObject { ["name"] = "Apache-2.0" },
            },
            ["defaultContentType"] = EnvelopeType,
            ["channels"] = channels,
            ["operations"] = operations,
            ["components"] = new JsonObject { ["messages"] = messages, ["schemas"] = schemas },
        };
    }

    private static JsonObject Channel(Type contract) => new()
    {
        ["address"] = Topology.ExchangeOf(contract),
        ["title"] = contract.Name,
        ["description"] = ContractShape.Of(contract).Summary,
        ["messages"] = new JsonObject { [contract.Name] = Reference($"components/messages/{contract.Name}") },
        ["bindings"] = new JsonObject
        {
            ["amqp"] = new JsonObject
            {
                ["is"] = "routingKey",
                ["exchange"] = new JsonObject { ["name"] = Topology.ExchangeOf(contract), ["type"] = "fanout", ["durable"] = true, ["autoDelete"] = false },
                ["bindingVersion"] = "0.3.0",
            },
        },
    };

    private static JsonObject Message(Type contract) => new()
    {
        ["name"] = contract.Name,
        ["title"] = contract.Name,
        ["summary"] = ContractShape.Of(contract).Summary,
        ["contentType"] = EnvelopeType,
        ["tags"] = new JsonArray(new JsonObject { ["name"] = EventsPage.FamilyOf(contract) }),
        ["payload"] = new JsonObject
        {
            ["allOf"] = new JsonArray(
                Reference("components/schemas/Envelope"),
                new JsonObject
                {
                    ["type"] = "object",
                    ["properties"] = new JsonObject
                    {
                        ["messageType"] = new JsonObject { ["type"] = "array", ["contains"] = new JsonObject { ["const"] = ContractSchema.UrnOf(contract) } },
                        ["message"] = Reference($"components/schemas/{contract.Name}"),
                    },
                }),
        },
    };

    // https://masstransit.io/documentation/configuration/serialization: what the platform writes of it.
    private static JsonObject Envelope() => new()
    {
        ["description"] = "MassTransit's JSON envelope.",
        ["type"] = "object",
        ["properties"] = new JsonObject
        {
            ["messageId"] = Text("The event's id, as in its metadata: the same on every redelivery, so that repeats can be recognized. Also the AMQP property `message-id`.", "uuid"),
            ["messageType"] = new JsonObject { ["description"] = "The contract as a URN.", ["type"] = "array", ["items"] = new JsonObject { ["type"] = "string" } },
            ["message"] = new JsonObject { ["description"] = "The event.", ["type"] = "object" },
            ["sentTime"] = Text("When it was sent, by the platform's clock.", "date-time"),
            ["headers"] = new JsonObject
            {
                ["description"] = "`MT-Activity-Id` is the W3C trace context of what caused the event, where there is one.",
                ["type"] = "object",
            },
        },
        ["required"] = new JsonArray("messageId", "messageType", "message"),
    };

    private static JsonObject Text(string description, string format) => new() { ["description"] = description, ["type"] = "string", ["format"] = format };

    private static JsonObject Reference(string place) => new() { ["$ref"] = $"#/{place}" };

    private static JsonObject WithSharedParts(JsonObject schema)
    {
        var properties = schema["properties"]!.AsObject();
        foreach (var (name, part) in new[] { ("metadata", nameof(EventMetadata)), ("amount", nameof(Money)) })
        {
            if (properties[name] is { } inline)
            {
                properties[name] = new JsonObject { ["description"] = inline["description"]?.DeepClone(), ["allOf"] = new JsonArray(Reference($"components/schemas/{part}")) };
            }
        }

        return schema;
    }
}
