using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace WebhookPlatform.Dashboard.Storage.Migrations
{
    /// <inheritdoc />
    public partial class Ledger : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "dead_letters",
                columns: table => new
                {
                    message_id = table.Column<Guid>(type: "uuid", nullable: false),
                    name = table.Column<string>(type: "character varying(100)", maxLength: 100, nullable: false),
                    at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    error = table.Column<string>(type: "character varying(500)", maxLength: 500, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_dead_letters", x => x.message_id);
                });

            migrationBuilder.CreateTable(
                name: "ledger_answers",
                columns: table => new
                {
                    minute = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    source = table.Column<string>(type: "text", nullable: false),
                    service = table.Column<string>(type: "text", nullable: false),
                    look = table.Column<int>(type: "integer", nullable: false),
                    answered = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_ledger_answers", x => new { x.minute, x.source, x.service, x.look });
                });

            migrationBuilder.CreateTable(
                name: "ledger_gaps",
                columns: table => new
                {
                    page_id = table.Column<Guid>(type: "uuid", nullable: false),
                    service = table.Column<string>(type: "text", nullable: false),
                    minute = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    source = table.Column<string>(type: "text", nullable: false),
                    contract = table.Column<string>(type: "text", nullable: false),
                    entries = table.Column<byte[]>(type: "bytea", nullable: false),
                    lacks = table.Column<string[]>(type: "text[]", nullable: false),
                    answers = table.Column<int>(type: "integer", nullable: false),
                    asked_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    first_seen_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    due_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_ledger_gaps", x => new { x.page_id, x.service });
                });

            migrationBuilder.CreateTable(
                name: "ledger_minutes",
                columns: table => new
                {
                    minute = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    source = table.Column<string>(type: "text", nullable: false),
                    provider = table.Column<string>(type: "text", nullable: false),
                    look = table.Column<int>(type: "integer", nullable: false),
                    accepted = table.Column<long>(type: "bigint", nullable: false),
                    duplicates = table.Column<long>(type: "bigint", nullable: false),
                    conflicts = table.Column<long>(type: "bigint", nullable: false),
                    rejected = table.Column<long>(type: "bigint", nullable: false),
                    refused = table.Column<long>(type: "bigint", nullable: false),
                    booked = table.Column<long>(type: "bigint", nullable: false),
                    events = table.Column<long>(type: "bigint", nullable: false),
                    consumers = table.Column<string[]>(type: "text[]", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_ledger_minutes", x => new { x.minute, x.source });
                });

            migrationBuilder.CreateIndex(
                name: "ix_ledger_gaps_due_at",
                table: "ledger_gaps",
                column: "due_at");

            migrationBuilder.CreateIndex(
                name: "ix_ledger_gaps_minute",
                table: "ledger_gaps",
                column: "minute");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "dead_letters");

            migrationBuilder.DropTable(
                name: "ledger_answers");

            migrationBuilder.DropTable(
                name: "ledger_gaps");

            migrationBuilder.DropTable(
                name: "ledger_minutes");
        }
    }
}
