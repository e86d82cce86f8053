using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace WebhookPlatform.Gateway.Storage.Migrations
{
    /// <inheritdoc />
    public partial class RejectionCauses : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<string>(
                name: "cause",
                table: "rejections",
                type: "text",
                nullable: false,
                defaultValue: "unknown");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropColumn(
                name: "cause",
                table: "rejections");
        }
    }
}
