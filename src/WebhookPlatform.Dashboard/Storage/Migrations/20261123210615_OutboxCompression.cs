using Microsoft.EntityFrameworkCore.Migrations;
using WebhookPlatform.Messaging.Storage;

#nullable disable

namespace WebhookPlatform.Dashboard.Storage.Migrations
{
    /// <inheritdoc />
    public partial class OutboxCompression : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.CompressOutbox();

        // How rows are compressed is told by the rows themselves, so nothing has to be undone.
        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
        }
    }
}
