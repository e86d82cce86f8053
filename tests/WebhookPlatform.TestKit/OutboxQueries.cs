namespace WebhookPlatform.TestKit;

/// <summary>Questions to a service's outbox, whose rows hold one message or a bundle of them.</summary>
public static class OutboxQueries
{
    /// <summary>How many messages wait, leaving out the tallies that the gateway tells every second.</summary>
    public const string CountMessages =
        """
        SELECT count(*) FROM (
            SELECT name FROM outbox WHERE name <> 'Bundle'
            UNION ALL
            SELECT message ->> 'name' FROM outbox, jsonb_array_elements(convert_from(body, 'UTF8')::jsonb -> 'messages') AS message WHERE name = 'Bundle') AS messages
        WHERE name <> 'IngressTallied'
        """;
}
