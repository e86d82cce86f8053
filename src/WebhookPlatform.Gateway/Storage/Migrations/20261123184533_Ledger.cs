using System;
using Microsoft.EntityFrameworkCore.Migrations;
using WebhookPlatform.Gateway.Ledger;
using Npgsql.EntityFrameworkCore.PostgreSQL.Metadata;

#nullable disable

namespace WebhookPlatform.Gateway.Storage.Migrations
{
    /// <inheritdoc />
    public partial class Ledger : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "audited_minutes",
                columns: table => new
                {
                    minute = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    looks = table.Column<int>(type: "integer", nullable: false),
                    due_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_audited_minutes", x => x.minute);
                });

            migrationBuilder.CreateTable(
                name: "journal",
                columns: table => new
                {
                    minute = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    id = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityAlwaysColumn),
                    source = table.Column<string>(type: "text", nullable: false),
                    contract = table.Column<string>(type: "text", nullable: false),
                    entries = table.Column<byte[]>(type: "bytea", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_journal", x => new { x.minute, x.id });
                });

            migrationBuilder.CreateIndex(
                name: "ix_audited_minutes_due_at",
                table: "audited_minutes",
                column: "due_at",
                filter: "due_at IS NOT NULL");

            migrationBuilder.BeginLedger();
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "audited_minutes");

            migrationBuilder.DropTable(
                name: "journal");
        }
    }
}
