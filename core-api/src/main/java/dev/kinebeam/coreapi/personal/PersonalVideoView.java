package dev.kinebeam.coreapi.personal;

import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import dev.kinebeam.catalog.personal.PersonalVideo;
import dev.kinebeam.catalog.personal.PersonalVideoStatus;
import dev.kinebeam.schemas.Rfc3339;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A personal video as it is answered; what it does not have is left out.
 *
 * @param cloudflareStreamId its id at {@code host}, whichever host that is
 * @param failureCode why it failed
 */
@JsonNaming(PropertyNamingStrategies.LowerCamelCaseStrategy.class)
record PersonalVideoView(
    long id,
    UUID patientId,
    UUID exerciseId,
    UUID doctorId,
    PersonalVideoStatus status,
    boolean isActive,
    String contentType,
    @Nullable Long sizeBytes,
    @Nullable Double durationSec,
    @Nullable String host,
    @Nullable String cloudflareStreamId,
    @Nullable String failureCode,
    @Nullable String failureText,
    String createdAt,
    String updatedAt) {
  static PersonalVideoView of(PersonalVideo video) {
    Optional<PersonalVideo.Hosted> hosted = video.hosted();
    return new PersonalVideoView(
        video.id(),
        video.assignment().patientId(),
        video.assignment().exerciseId(),
        video.assignment().doctorId(),
        video.status(),
        video.state().active(),
        video.contentType(),
        video
            .original()
            .flatMap(PersonalVideo.Original::pinned)
            .map(PersonalVideo.Pinned::sizeBytes)
            .orElse(null),
        video.state().duration().map(length -> length.toMillis() / 1000.0).orElse(null),
        hosted.map(PersonalVideo.Hosted::host).orElse(null),
        hosted.map(PersonalVideo.Hosted::hostedId).orElse(null),
        video.failure().map(PersonalVideo.Failure::code).orElse(null),
        video.failure().map(PersonalVideo.Failure::text).orElse(null),
        Rfc3339.text(video.createdAt()),
        Rfc3339.text(video.updatedAt()));
  }
}
