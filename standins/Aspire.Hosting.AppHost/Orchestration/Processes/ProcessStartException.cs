namespace Aspire.Hosting.Orchestration.Processes;

internal sealed class ProcessStartException(string message, Exception? innerException = null) : Exception(message, innerException);
