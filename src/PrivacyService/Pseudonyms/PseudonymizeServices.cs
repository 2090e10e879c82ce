using PrivacyService.Activity;

namespace PrivacyService.Pseudonyms;

internal sealed record PseudonymizeServices(CallerAccess Access, PseudonymRulesBuilder Rules, Pseudonymizer Pseudonymizer, CallActivity Activity);
