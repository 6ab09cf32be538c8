package dev.kinebeam.render.imports;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class CsvTest {
  @Provide
  Arbitrary<List<List<String>>> tables() {
    Arbitrary<String> field = Arbitraries.strings().withChars("ab ,\"\r\n;ă\uFEFF").ofMaxLength(8);
    return field.list().ofMinSize(1).ofMaxSize(5).list().ofMaxSize(6);
  }

  @Property
  void whatIsWrittenIsReadBack(@ForAll("tables") List<List<String>> table, @ForAll boolean windows)
      throws Csv.Broken {
    String text =
        table.stream().map(Csv::write).collect(Collectors.joining(windows ? "\r\n" : "\n"));
    assertThat(Csv.parse(text).stream().map(Csv.Line::fields)).isEqualTo(table);
  }

  @Example
  void linesAreCountedThroughQuotedLineEndsAndAMarkAtTheStartIsSkipped() throws Csv.Broken {
    List<Csv.Line> lines = Csv.parse("\uFEFFa,b\r\n\n\"x\ny\",2\nlast,3");
    assertThat(lines)
        .containsExactly(
            new Csv.Line(1, List.of("a", "b")),
            new Csv.Line(3, List.of("x\ny", "2")),
            new Csv.Line(5, List.of("last", "3")));
  }

  @Example
  void brokenQuotesAreReportedWithTheirLine() {
    assertThatThrownBy(() -> Csv.parse("a\n\"b")).hasMessage("line 2: a quoted field does not end");
    assertThatThrownBy(() -> Csv.parse("a\nb\"c"))
        .hasMessageContaining("line 2: there is a quote within a field");
    assertThatThrownBy(() -> Csv.parse("\"a\"b")).hasMessageContaining("line 1: there is text");
  }
}
