using Microsoft.AspNetCore.Http.HttpResults;

namespace WebhookPlatform.Gateway.Schemas;

/// <summary><c>/asyncapi.json</c> and <c>/schemas/{event}.json</c>: what the platform publishes, for consumers and their tools.</summary>
public static class SchemaEndpoints
{
    // https://www.asyncapi.com/docs/reference/specification/v3.0.0, "Format", and https://json-schema.org/draft/2020-12/json-schema-core, "application/schema+json".
    private const string AsyncApiType = "application/vnd.aai.asyncapi+json;version=3.0.0";
    private const string SchemaType = "application/schema+json";

    // They change only when the gateway is replaced; the tag makes asking again cheap.
    private const string Caching = "public, max-age=300";

    // Open to everybody, as the OpenAPI document is: they hold what the source code says and nothing of this installation, and who consumes events has the broker's password, not the operator's key.
    public static void MapSchemas(this IEndpointRouteBuilder endpoints)
    {
        var schemas = endpoints.MapGroup("").WithTags("Schemas").AllowAnonymous();
        schemas.MapGet("/asyncapi.json", (HttpResponse response) => Send(PublishedSchemas.AsyncApi, AsyncApiType, response))
            .WithSummary("The AsyncAPI document: where events are published, and what their messages look like.");
        schemas.MapGet("/schemas/{name}.json", Results<FileContentHttpResult, ProblemHttpResult> (string name, HttpResponse response) =>
                PublishedSchemas.Find(name) is { } schema
                    ? Send(schema, SchemaType, response)
                    : TypedResults.Problem("There is no such event: /asyncapi.json lists all.", statusCode: StatusCodes.Status404NotFound))
            .WithSummary("The JSON Schema of one event.");
    }

    private static FileContentHttpResult Send(PublishedSchema schema, string type, HttpResponse response)
    {
        response.Headers.CacheControl = Caching;
        return TypedResults.Bytes(schema.Json, type, entityTag: schema.Tag);
    }
}
