# One file for the three applications: docker build --target broker-service|publisher-app|subscriber-app .
# The jars are built first: ./mvnw -DskipTests package

FROM eclipse-temurin:17-jre AS layers
WORKDIR /layers
COPY broker-service/target/broker-service.jar publisher-app/target/publisher-app.jar subscriber-app/target/subscriber-app.jar ./
RUN for app in broker-service publisher-app subscriber-app; do \
      java -Djarmode=tools -jar $app.jar extract --layers --destination $app; \
    done

FROM eclipse-temurin:17-jre AS base
ENV LANG=C.UTF-8
RUN useradd --system --uid 10001 --no-create-home zanzara
WORKDIR /app

# Each application is started once to archive its classes, so that it starts sooner (JEP 350).
# What changes rarely comes first, so that a new version is a small download.
FROM base AS broker-service
RUN apt-get update && apt-get install -y --no-install-recommends curl && rm -rf /var/lib/apt/lists/* \
    && mkdir data && chown zanzara data
COPY --from=layers /layers/broker-service/dependencies/ ./
COPY --from=layers /layers/broker-service/spring-boot-loader/ ./
COPY --from=layers /layers/broker-service/snapshot-dependencies/ ./
COPY --from=layers /layers/broker-service/application/ ./
RUN java -XX:ArchiveClassesAtExit=classes.jsa '-Xlog:cds*=off' -Dspring.context.exit=onRefresh -jar broker-service.jar --zanzara.store.type=memory
USER zanzara
EXPOSE 5112
VOLUME /app/data
ENTRYPOINT ["java", "-XX:MaxRAMPercentage=75", "-XX:+ExitOnOutOfMemoryError", "-XX:SharedArchiveFile=classes.jsa", "-jar", "broker-service.jar"]

FROM base AS publisher-app
COPY --from=layers /layers/publisher-app/dependencies/ ./
COPY --from=layers /layers/publisher-app/spring-boot-loader/ ./
COPY --from=layers /layers/publisher-app/snapshot-dependencies/ ./
COPY --from=layers /layers/publisher-app/application/ ./
RUN java -XX:ArchiveClassesAtExit=classes.jsa '-Xlog:cds*=off' -Dspring.context.exit=onRefresh -jar publisher-app.jar
USER zanzara
ENTRYPOINT ["java", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-XX:SharedArchiveFile=classes.jsa", "-jar", "publisher-app.jar"]

FROM base AS subscriber-app
COPY --from=layers /layers/subscriber-app/dependencies/ ./
COPY --from=layers /layers/subscriber-app/spring-boot-loader/ ./
COPY --from=layers /layers/subscriber-app/snapshot-dependencies/ ./
COPY --from=layers /layers/subscriber-app/application/ ./
RUN java -XX:ArchiveClassesAtExit=classes.jsa '-Xlog:cds*=off' -Dspring.context.exit=onRefresh -jar subscriber-app.jar
USER zanzara
ENTRYPOINT ["java", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-XX:SharedArchiveFile=classes.jsa", "-jar", "subscriber-app.jar"]
