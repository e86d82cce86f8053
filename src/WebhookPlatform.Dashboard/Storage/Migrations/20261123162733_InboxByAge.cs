using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace WebhookPlatform.Dashboard.Storage.Migrations
{
    /// <inheritdoc />
    public partial class InboxByAge : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateIndex(
                name: "ix_inbox_claimed_at",
                table: "inbox",
                column: "claimed_at")
                .Annotation("Npgsql:IndexMethod", "brin");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "ix_inbox_claimed_at",
                table: "inbox");
        }
    }
}
