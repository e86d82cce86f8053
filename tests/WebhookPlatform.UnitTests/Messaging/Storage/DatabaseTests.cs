using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using WebhookPlatform.Gateway.Storage;
using WebhookPlatform.Messaging.Storage;

namespace WebhookPlatform.UnitTests.Messaging.Storage;

public sealed class DatabaseTests
{
    [Theory]
    [InlineData("", GssEncryptionMode.Disable)]
    [InlineData(";GssEncryptionMode=Prefer", GssEncryptionMode.Prefer)]
    [InlineData(";Gss Encryption Mode=Require", GssEncryptionMode.Require)]
    public async Task Kerberos_is_used_only_where_it_is_asked_for(string setting, GssEncryptionMode expected)
    {
        var builder = WebApplication.CreateSlimBuilder(["--ConnectionStrings:Database=Host=127.0.0.1;Database=gateway" + setting]);
        builder.AddDatabase<GatewayDbContext>();
        await using var app = builder.Build();

        var used = new NpgsqlConnectionStringBuilder(app.Services.GetRequiredService<NpgsqlDataSource>().ConnectionString);

        Assert.Equal(expected, used.GssEncryptionMode);
    }
}
