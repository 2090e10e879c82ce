namespace Aspire.Hosting.Orchestration.Processes;

internal readonly record struct OutputLine(string Text, bool IsError);
