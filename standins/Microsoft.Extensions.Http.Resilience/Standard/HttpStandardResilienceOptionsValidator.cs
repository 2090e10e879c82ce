using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Microsoft.Extensions.Http.Resilience;

/// <summary>Checks each strategy's own rules, and those between them.</summary>
internal sealed class HttpStandardResilienceOptionsValidator : IValidateOptions<HttpStandardResilienceOptions>
{
    private const int SamplingPerAttempt = 2;

    public ValidateOptionsResult Validate(string? name, HttpStandardResilienceOptions options)
    {
        var errors = new ValidateOptionsResultBuilder();
        CheckMembers(errors, nameof(options.RateLimiter), options.RateLimiter);
        CheckMembers(errors, nameof(options.TotalRequestTimeout), options.TotalRequestTimeout);
        CheckMembers(errors, nameof(options.Retry), options.Retry);
        CheckMembers(errors, nameof(options.CircuitBreaker), options.CircuitBreaker);
        CheckMembers(errors, nameof(options.AttemptTimeout), options.AttemptTimeout);

        if (options is { TotalRequestTimeout: { } total, AttemptTimeout: { } attempt, CircuitBreaker: { } breaker })
        {
            CheckTimeouts(errors, total.Timeout, attempt.Timeout, breaker.SamplingDuration);
        }

        return errors.Build();
    }

    private static void CheckTimeouts(ValidateOptionsResultBuilder errors, TimeSpan total, TimeSpan attempt, TimeSpan sampling)
    {
        if (attempt > total)
        {
            errors.AddError(
                "Total request timeout resilience strategy must have a greater timeout than the attempt resilience strategy. " +
                $"Total Request Timeout: {total.TotalSeconds}s, Attempt Timeout: {attempt.TotalSeconds}s");
        }

        if (sampling < attempt * SamplingPerAttempt)
        {
            errors.AddError(
                "The sampling duration of circuit breaker strategy needs to be at least double of an attempt timeout strategy's timeout interval, " +
                $"in order to be effective. Sampling Duration: {sampling.TotalSeconds}s, Attempt Timeout: {attempt.TotalSeconds}s");
        }
    }

    private static void CheckMembers(ValidateOptionsResultBuilder errors, string member, object? strategy)
    {
        if (strategy is null)
        {
            errors.AddError("The strategy must be set.", member);
            return;
        }

        List<ValidationResult> results = [];
        if (!Validator.TryValidateObject(strategy, new ValidationContext(strategy), results, validateAllProperties: true))
        {
            foreach (var result in results)
            {
                errors.AddError(result.ErrorMessage ?? "The value is not valid.", $"{member}.{string.Join(", ", result.MemberNames)}");
            }
        }
    }
}
