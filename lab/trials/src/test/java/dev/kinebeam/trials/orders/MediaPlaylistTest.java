package dev.kinebeam.trials.orders;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kinebeam.trials.orders.MediaPlaylist.Segment;
import java.io.IOException;
import java.net.URI;
import org.junit.jupiter.api.Test;

class MediaPlaylistTest {
  private static final URI MASTER = URI.create("http://h/t/token/v/id/playlist.m3u8");
  private static final URI MEDIA = URI.create("http://h/t/token/v/id/720p/video.m3u8");
  private static final String WHOLE =
      """
      #EXTM3U
      #EXT-X-MAP:URI="../../../s/i.mp4"
      #EXTINF:2.000000,
      ../../../s/a.m4s
      #EXTINF:0.500000,
      ../../../s/b.m4s
      #EXT-X-ENDLIST
      """;

  @Test
  void aMasterNamesItsFirstRenditionAndItsSound() throws Exception {
    assertThat(
            MediaPlaylist.tracks(
                MASTER,
                """
                #EXTM3U
                #EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="sound",NAME="ro",URI="audio/video.m3u8"
                #EXT-X-STREAM-INF:BANDWIDTH=1,AUDIO="sound"
                720p/video.m3u8
                #EXT-X-STREAM-INF:BANDWIDTH=1,AUDIO="sound"
                480p/video.m3u8
                """))
        .containsExactly(MEDIA, URI.create("http://h/t/token/v/id/audio/video.m3u8"));
    assertThatThrownBy(() -> MediaPlaylist.tracks(MASTER, "#EXTM3U\n"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("names no rendition");
  }

  @Test
  void segmentsHaveTheirPlayTimes() throws Exception {
    assertThat(MediaPlaylist.parse(MEDIA, WHOLE).segments())
        .containsExactly(
            new Segment(URI.create("http://h/t/token/s/i.mp4"), 0),
            new Segment(URI.create("http://h/t/token/s/a.m4s"), 0),
            new Segment(URI.create("http://h/t/token/s/b.m4s"), 2));
    assertThatThrownBy(() -> MediaPlaylist.parse(MEDIA, WHOLE.replace("#EXT-X-ENDLIST", "")))
        .hasMessageContaining("not the playlist of a whole video");
  }

  @Test
  void anotherTokenTakesThePlaceOfTheFirst() {
    URI segment = URI.create("http://h/t/token/s/a.m4s");
    assertThat(Play.tokenOf(segment)).isEqualTo("token");
    assertThat(Play.with("other", segment)).isEqualTo(URI.create("http://h/t/other/s/a.m4s"));
  }
}
